"""Prints how long functions and files are: figures to argue about in review, never a reason to fail."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path


def percentile(values: list[int], share: float) -> int:
    """Return the value below which `share` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return every function of a file."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def main() -> None:
    """Print the figures of desktop/."""
    files, lengths, longest = [], [], []
    for path in sorted(Path("desktop").rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        files.append(source.count("\n"))
        for function in functions(ast.parse(source)):
            length = (function.end_lineno or function.lineno) - function.lineno + 1
            lengths.append(length)
            longest.append((length, f"{path}:{function.lineno} {function.name}"))
    line = "{:>9} {:>6} median {:>4} p90 {:>4} p99 {:>4} max {:>4}"
    for name, values in (("files", files), ("functions", lengths)):
        print(
            line.format(
                name,
                len(values),
                int(statistics.median(values)),
                percentile(values, 0.9),
                percentile(values, 0.99),
                max(values),
            )
        )
    for length, where in sorted(longest, reverse=True)[:5]:
        print(f"  {length:>4} lines  {where}")


if __name__ == "__main__":
    main()
