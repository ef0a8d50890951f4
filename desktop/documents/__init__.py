"""Layer 3: printed papers (文书): dataclass in, PDF bytes out."""
