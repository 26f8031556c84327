; The installer for Windows: for one user, without rights. `make package` compiles it where Inno Setup 6 is
; installed: ISCC /DVersion=1.0.0 /DFolder=<the built folder> /O<where to> labor-clinic.iss
; It puts the program and its menu entry there and takes them away again; the data of a clinic is never touched.

#ifndef Version
  #error The version is missing: /DVersion=1.0.0
#endif
#ifndef Folder
  #error The built folder is missing: /DFolder=build\package\dist\clinic
#endif

[Setup]
AppId={{6E0B6E5C-5A34-4C0B-9D43-6B0C8B6F7A11}
AppName={cm:Desk}
AppVersion={#Version}
AppVerName={cm:Desk} {#Version}
UninstallDisplayName={cm:Desk}
UninstallDisplayIcon={app}\clinic.exe
DefaultDirName={localappdata}\Programs\labor-clinic
DisableDirPage=yes
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
Compression=lzma2/max
SolidCompression=yes
OutputBaseFilename=labor-clinic-{#Version}-windows-setup
SetupIconFile=..\..\..\resources\icons\app\clinic.ico
LicenseFile=..\..\..\LICENSE
WizardStyle=modern
; What is open saves its work and closes before its files are exchanged.
CloseApplications=yes

[Languages]
; Inno Setup brings no Georgian of its own.
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"
Name: "en"; MessagesFile: "compiler:Default.isl"

[CustomMessages]
es.Desk=Mesa de reclamos
en.Desk=Claims desk
es.OnDesktop=Poner un icono en el escritorio
en.OnDesktop=Put an icon on the desktop
es.OpenNow=Abrir ahora
en.OpenNow=Open it now

[Tasks]
Name: "desktop"; Description: "{cm:OnDesktop}"

[InstallDelete]
; Files of the version before that this one has no more.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Folder}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{userprograms}\{cm:Desk}"; Filename: "{app}\clinic.exe"
Name: "{userdesktop}\{cm:Desk}"; Filename: "{app}\clinic.exe"; Tasks: desktop

[Run]
Filename: "{app}\clinic.exe"; Description: "{cm:OpenNow}"; Flags: postinstall nowait skipifsilent
