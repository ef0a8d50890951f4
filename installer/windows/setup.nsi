; The Windows setup: per user (no administrator), Chinese. makensis -INPUTCHARSET UTF8 -DVERSION= -DTREE= -DOUT= -DBUILD= [-DFAST] setup.nsi
; Layout:  <install>\Kangyi.exe  kangyi-console.exe  uninstall.exe  program\{python,pkgs,app,licenses}
; Upgrade: unpack to new\, write it through to the disk, program\ -> old\, new\ -> program\, delete old\. At no moment is there
; less than one whole program; the launcher finishes a swap that a power cut interrupted. Data live elsewhere and are never touched.
Unicode true
Target amd64-unicode
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user
!ifdef FAST
  SetCompressor zlib
!else
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif
!define ARP "Software\Microsoft\Windows\CurrentVersion\Uninstall\Kangyi"
!include MUI2.nsh
!include WinVer.nsh
!include x64.nsh
!include FileFunc.nsh
!include LogicLib.nsh
Name "康驿"
BrandingText "康驿 ${VERSION}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Kangyi"
InstallDirRegKey HKCU "${ARP}" "InstallLocation"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "康驿"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "康驿安装程序"
VIAddVersionKey "LegalCopyright" "Apache-2.0"
!define MUI_ICON "${BUILD}\kangyi.ico"
!define MUI_UNICON "${BUILD}\kangyi.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\Kangyi.exe"
!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "SimpChinese"

!macro Refuse code text
  SetErrorLevel ${code}
  MessageBox MB_ICONSTOP "${text}" /SD IDOK
  Quit
!macroend

; A 32-bit or an older Windows than 7 does not even start this 64-bit file and says so by itself.
Function .onInit
  ${If} ${IsNativeARM64}
    !insertmacro Refuse 3 "康驿需要 x64（Intel 或 AMD）处理器的电脑，本机是 ARM 处理器，无法安装。"
  ${EndIf}
  ${IfNot} ${AtLeastBuild} 17763
    !insertmacro Refuse 3 "康驿需要 64 位 Windows 10 1809 或更高版本，本机的 Windows 版本太旧，无法安装。"
  ${EndIf}
FunctionEnd

; A running program keeps its file from being written: open it for appending, change nothing.
!macro RefuseWhileRunning file
  ${If} ${FileExists} "${file}"
    ClearErrors
    FileOpen $0 "${file}" a
    ${If} ${Errors}
      !insertmacro Refuse 2 "康驿正在运行。请先关闭康驿，再运行一次。没有改动任何文件。"
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

!macro RefuseBroken
  !insertmacro Refuse 4 "程序文件没有写完，可能是磁盘已满。原来的程序没有改动。请腾出 1 GB 空间后再安装。"
!macroend

; What a power cut left: finish the swap first, then throw away the rest.
Function FinishEarlierUpgrade
  ${IfNot} ${FileExists} "$INSTDIR\program\*.*"
    ${If} ${FileExists} "$INSTDIR\new\ready"
      Rename "$INSTDIR\new" "$INSTDIR\program"
    ${ElseIf} ${FileExists} "$INSTDIR\old\*.*"
      Rename "$INSTDIR\old" "$INSTDIR\program"
    ${EndIf}
  ${EndIf}
  RMDir /r "$INSTDIR\new"
  RMDir /r "$INSTDIR\old"
FunctionEnd

; MoveFileEx 9 = replace what stands there, and return only when it is on the disk
!macro Replace from to
  System::Call 'kernel32::MoveFileExW(w "${from}", w "${to}", i 9) i .r1'
  ${If} $1 == 0
    SetErrors
  ${EndIf}
!macroend

Section "康驿"
  !insertmacro RefuseWhileRunning "$INSTDIR\Kangyi.exe"
  !insertmacro RefuseWhileRunning "$INSTDIR\kangyi-console.exe"
  Call FinishEarlierUpgrade
  SetOverwrite on
  ClearErrors
  SetOutPath "$INSTDIR\new"
  File /r /x Kangyi.exe /x kangyi-console.exe "${TREE}\*.*"
  SetOutPath "$INSTDIR"
  File "/oname=Kangyi.exe.new" "${TREE}\Kangyi.exe"
  File "/oname=kangyi-console.exe.new" "${TREE}\kangyi-console.exe"
  ${If} ${Errors}
    !insertmacro RefuseBroken
  ${EndIf}
  ExecWait '"$INSTDIR\Kangyi.exe.new" --settle "$INSTDIR\new"' $0
  ${If} $0 <> 0
    !insertmacro RefuseBroken
  ${EndIf}
  FileOpen $0 "$INSTDIR\new\ready" w
  FileWrite $0 "${VERSION}"
  FileClose $0
  ; started while we unpacked? Then a folder with open files cannot be renamed either.
  !insertmacro RefuseWhileRunning "$INSTDIR\Kangyi.exe"
  !insertmacro RefuseWhileRunning "$INSTDIR\kangyi-console.exe"
  ClearErrors
  ${If} ${FileExists} "$INSTDIR\program\*.*"
    Rename "$INSTDIR\program" "$INSTDIR\old"
    ${If} ${Errors}
      !insertmacro Refuse 2 "康驿正在运行。请先关闭康驿，再运行一次。没有改动任何文件。"
    ${EndIf}
  ${EndIf}
  !insertmacro Replace "$INSTDIR\Kangyi.exe.new" "$INSTDIR\Kangyi.exe"
  !insertmacro Replace "$INSTDIR\kangyi-console.exe.new" "$INSTDIR\kangyi-console.exe"
  Rename "$INSTDIR\new" "$INSTDIR\program"
  ${If} ${Errors}
    Call FinishEarlierUpgrade
    !insertmacro RefuseBroken
  ${EndIf}
  RMDir /r "$INSTDIR\old"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortCut "$SMPROGRAMS\康驿.lnk" "$INSTDIR\Kangyi.exe"
  CreateShortCut "$DESKTOP\康驿.lnk" "$INSTDIR\Kangyi.exe"
  WriteRegStr HKCU "${ARP}" "DisplayName" "康驿"
  WriteRegStr HKCU "${ARP}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${ARP}" "DisplayIcon" "$INSTDIR\Kangyi.exe"
  WriteRegStr HKCU "${ARP}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${ARP}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${ARP}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${ARP}" "NoModify" 1
  WriteRegDWORD HKCU "${ARP}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${ARP}" "EstimatedSize" $0
SectionEnd

; Takes away the program and nothing else: what people wrote lives in another folder.
Section "Uninstall"
  !insertmacro RefuseWhileRunning "$INSTDIR\Kangyi.exe"
  !insertmacro RefuseWhileRunning "$INSTDIR\kangyi-console.exe"
  RMDir /r "$INSTDIR\program"
  RMDir /r "$INSTDIR\new"
  RMDir /r "$INSTDIR\old"
  Delete "$INSTDIR\Kangyi.exe"
  Delete "$INSTDIR\kangyi-console.exe"
  Delete "$INSTDIR\Kangyi.exe.new"
  Delete "$INSTDIR\kangyi-console.exe.new"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\康驿.lnk"
  Delete "$DESKTOP\康驿.lnk"
  DeleteRegKey HKCU "${ARP}"
SectionEnd
