using Tests.Shared;

namespace Orchestrator.Tests;

/// <summary>How the process ends when it cannot work.</summary>
public sealed class ProgramTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("program-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--Store:Path=/proc/nowhere", "The folder '/proc/nowhere' (Store:Path) cannot be created")]
    [InlineData("--Access:AdminKey=bad", "Access:AdminKey, or what Access:AdminKeyFile names, is no API key")]
    [InlineData("--Access:AdminKeyFile=/nowhere/key", "Access:AdminKeyFile: /nowhere/key cannot be read")]
    [InlineData("--Security:KeyFile=/proc/nowhere/key", "cannot be made or read: ")]
    [InlineData("--Security:KeyFile=/etc/passwd", "Security:KeyFile (/etc/passwd) must be base64 of at least 32 bytes")]
    [InlineData("--Limits:Connections=0", "Connections must be between 1 and 1000000")]
    public async Task Start_WhatCannotWork_EndsWithALineThatSaysWhy(string setting, string expected)
    {
        var ended = await Tool.RunAsync(
            "dotnet",
            [
                "exec", Path.Combine(AppContext.BaseDirectory, "Orchestrator.dll"), "--Kestrel:Endpoints:http:Url=http://127.0.0.1:0", "--Kestrel:Endpoints:grpc:Url=http://127.0.0.1:0",
                $"--Store:Path={_folder}/store", setting,
            ], _folder);

        ended.ExitCode.ShouldBe(1);
        ended.Errors.Trim().ShouldStartWith("orchestrator: ");
        ended.Errors.ShouldContain(expected);
        ended.Errors.Trim().Split('\n').Length.ShouldBe(1);
    }
}
