/* Starts Kangyi with its own Python, isolated (-I). Built twice: Kangyi.exe without, kangyi-console.exe with a console.
 *
 * An upgrade unpacks to new\, then renames program\ to old\ and new\ to program\. When the power went out between the two,
 * the next start finishes what was begun. "--settle FOLDER" writes a folder through to the disk before it is renamed. */
#include <windows.h>
#include <stdio.h>
#include <wchar.h>

#define LONG 4096
typedef int (*python_main)(int, wchar_t **);

static int is_folder(const wchar_t *path) {
  DWORD a = GetFileAttributesW(path);
  return a != INVALID_FILE_ATTRIBUTES && (a & FILE_ATTRIBUTE_DIRECTORY);
}

static void finish_upgrade(const wchar_t *here) {
  wchar_t program[LONG], fresh[LONG], ready[LONG], old[LONG];
  swprintf(program, LONG, L"%ls\\program", here);
  swprintf(fresh, LONG, L"%ls\\new", here);
  swprintf(ready, LONG, L"%ls\\new\\ready", here);
  swprintf(old, LONG, L"%ls\\old", here);
  if (is_folder(program)) return;
  if (GetFileAttributesW(ready) != INVALID_FILE_ATTRIBUTES) MoveFileW(fresh, program);
  else if (is_folder(old)) MoveFileW(old, program);
}

static int settle(const wchar_t *folder) {
  wchar_t path[LONG];
  WIN32_FIND_DATAW found;
  int failed = 0;
  swprintf(path, LONG, L"%ls\\*", folder);
  HANDLE search = FindFirstFileW(path, &found);
  if (search == INVALID_HANDLE_VALUE) return 1;
  do {
    if (!wcscmp(found.cFileName, L".") || !wcscmp(found.cFileName, L"..")) continue;
    swprintf(path, LONG, L"%ls\\%ls", folder, found.cFileName);
    if (found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) { failed |= settle(path); continue; }
    HANDLE file = CreateFileW(path, GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    failed |= file == INVALID_HANDLE_VALUE || !FlushFileBuffers(file);
    if (file != INVALID_HANDLE_VALUE) CloseHandle(file);
  } while (FindNextFileW(search, &found));
  FindClose(search);
  return failed;
}

int wmain(int count, wchar_t **words) {
  wchar_t here[LONG], dll[LONG], exe[LONG];
  if (count == 3 && !wcscmp(words[1], L"--settle")) return settle(words[2]);
  GetModuleFileNameW(NULL, here, LONG);
  *wcsrchr(here, L'\\') = 0;
  finish_upgrade(here);
  swprintf(dll, LONG, L"%ls\\program\\python\\python313.dll", here);
  swprintf(exe, LONG, L"%ls\\program\\python\\python.exe", here);
  SetDllDirectoryW(L"");
  HMODULE python = LoadLibraryExW(dll, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
  if (!python) {
    MessageBoxW(NULL, L"程序文件不完整，请重新运行安装程序。您的数据不受影响。", L"康驿", MB_ICONERROR);
    return 2;
  }
  const wchar_t *fixed[] = {exe, L"-I", L"-B", L"-X", L"utf8", L"-m", L"desktop"};
  const int known = sizeof fixed / sizeof *fixed;
  wchar_t **all = LocalAlloc(LPTR, (known + count) * sizeof *all);
  memcpy(all, fixed, sizeof fixed);
  memcpy(all + known, words + 1, (count - 1) * sizeof *all);
  return ((python_main)(void *)GetProcAddress(python, "Py_Main"))(known + count - 1, all);
}
