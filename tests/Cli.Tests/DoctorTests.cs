using System.Text.Json;
using Protos.V1;

namespace Cli.Tests;

public sealed class DoctorTests
{
    [Fact]
    public async Task Doctor_AllWell_ExitsWithZero()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync("doctor", "--json");

        ran.Code.ShouldBe(0, ran.Output + ran.Error);
        var report = JsonDocument.Parse(ran.Lines.ShouldHaveSingleItem()).RootElement;
        report.GetProperty("ok").GetBoolean().ShouldBeTrue();
        var checks = report.GetProperty("checks").EnumerateArray().ToDictionary(check => check.GetProperty("name").GetString()!, check => check.GetProperty("outcome").GetString());
        foreach (var name in new[] { "reachable", "grpc", "clock", "playbooks", "agents", "queue", "version", "store", "policy" })
        {
            checks[name].ShouldBe("ok", name);
        }
    }

    [Fact]
    public async Task Doctor_StoreAndPolicyBroken_SaysWhatToDo()
    {
        var script = Recordings.Audit();
        (script.StoreHealth, script.ServerVersion, script.PolicyError) = ("Unhealthy", "0.0.1", new TextError { Line = 7, Message = "no such effect" });
        await using var cli = await CliFixture.PlayAsync(script);

        var ran = await cli.RunAsync("doctor");

        ran.Code.ShouldBe(1);
        ran.Lines.Single(line => line.StartsWith("store", StringComparison.Ordinal)).ShouldContain("failed");
        ran.Lines.Single(line => line.StartsWith("version", StringComparison.Ordinal)).ShouldContain("the server 0.0.1");
        ran.Lines.Single(line => line.StartsWith("policy", StringComparison.Ordinal)).ShouldContain("line 7: no such effect");
        ran.Output.ShouldContain("→ Mend the file; `agents policy validate FILE` tells where.");
    }

    [Fact]
    public async Task Doctor_NobodyThere_SaysHowToStartOne()
    {
        var ran = await Ran.StartAsync(["doctor", "--server", "http://127.0.0.1:1"], null, CancellationToken.None);

        ran.Code.ShouldBe(1);
        ran.Output.ShouldContain("reachable  failed");
        ran.Output.ShouldContain("dotnet run --project AppHost");
    }
}
