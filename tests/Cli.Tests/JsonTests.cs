using System.Text.Json;

namespace Cli.Tests;

public sealed class JsonTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("watch")]
    public async Task Json_Events_AreLinesAndTheResultIsLast(string command)
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = command == "run" ? await cli.RunAsync("run", "Audit it", "--out", cli.Out, "--json") : await cli.RunAsync("watch", Script.RunId, "--json");

        ran.Code.ShouldBe(0, ran.Error);
        var lines = ran.Lines.Select(line => JsonDocument.Parse(line).RootElement).ToArray();
        lines[..^1].Select(line => int.Parse(line.GetProperty("version").GetString()!)).ShouldBe(Enumerable.Range(1, lines.Length - 1));
        lines[0].GetProperty("run_submitted").GetProperty("request").GetString().ShouldBe("Audit it");
        lines[^1].GetProperty("status").GetString().ShouldBe("COMPLETED");
        lines[^1].GetProperty("run_id").GetString().ShouldBe(Script.RunId);
        lines[^1].GetProperty("output").GetProperty("findings").GetArrayLength().ShouldBe(2);
    }

    [Theory]
    [InlineData("runs", "runs")]
    [InlineData("agents", "instances")]
    [InlineData("playbooks", "playbooks")]
    public async Task Json_Lists_AreOneObject(string command, string field)
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync(command, "--json");

        ran.Code.ShouldBe(0);
        JsonDocument.Parse(ran.Lines.ShouldHaveSingleItem()).RootElement.GetProperty(field).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Json_Refusal_LeavesTheOutputEmpty()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync("show", "none", "--json");

        ran.Code.ShouldBe(2);
        ran.Output.ShouldBeEmpty();
        ran.Error.ShouldContain("there is no run 'none'");
    }
}
