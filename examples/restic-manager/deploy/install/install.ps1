<#
.SYNOPSIS
Installs the restic-manager agent on this Windows host, from the server it reports to.
.EXAMPLE
Invoke-WebRequest http://SERVER:8080/install/install.ps1 -OutFile install.ps1
.\install.ps1 -Server http://SERVER:8080 -Key KEY
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Server,
    # The server's key: "restic-manager-server key" prints it.
    [Parameter(Mandatory)] [string] $Key,
    # What this host is called on the server.
    [string] $HostName = $env:COMPUTERNAME,
    [string] $Folder = "$env:ProgramFiles\restic-manager"
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'
$task = 'restic-manager-agent'

New-Item -ItemType Directory -Force -Path $Folder | Out-Null
$agent = Join-Path $Folder 'restic-manager-agent.exe'
Stop-ScheduledTask -TaskName $task -ErrorAction SilentlyContinue
Invoke-WebRequest -UseBasicParsing -Uri "$($Server.TrimEnd('/'))/agent/binary?os=windows&arch=amd64" -OutFile $agent

# Only administrators may read the key.
$run = Join-Path $Folder 'agent.cmd'
@"
@set RM_SERVER=$($Server.TrimEnd('/'))
@set RM_KEY=$Key
@set RM_HOST=$HostName
@"%~dp0restic-manager-agent.exe"
"@ | Set-Content -Encoding Ascii -Path $run
icacls $run /inheritance:r /grant 'SYSTEM:(F)' 'Administrators:(F)' | Out-Null

$action = New-ScheduledTaskAction -Execute $run
$trigger = New-ScheduledTaskTrigger -AtStartup
$settings = New-ScheduledTaskSettingsSet -RestartCount 999 -RestartInterval (New-TimeSpan -Minutes 1) -ExecutionTimeLimit 0
Register-ScheduledTask -Force -TaskName $task -Action $action -Trigger $trigger -Settings $settings -User SYSTEM -RunLevel Highest | Out-Null
Start-ScheduledTask -TaskName $task
Write-Output "Installed and started $task."
