using Protos.V1;

namespace Cli.Tests;

public sealed class PolicyCommandTests
{
    [Fact]
    public async Task Test_Call_TellsEffectRuleAndWhoMayApprove()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var allowed = await cli.RunAsync("policy", "test", "fs.read", "--input", "path=src", "--role", "developer", "--label", "project=shop", "--at", "2026-12-24T18:00:00Z");
        var asked = await cli.RunAsync("policy", "test", "shell.run");

        (allowed.Code, allowed.Output.Trim()).ShouldBe((0, "allow  rule reads (built-in)  Reading is harmless."));
        var request = (TestPolicyRequest)cli.Script.Asked.First();
        (request.Tool, request.Role, request.Arguments.Fields["path"].StringValue, request.Labels["project"], request.Time.Seconds).ShouldBe(("fs.read", "developer", "src", "shop", 1798135200));
        asked.Code.ShouldBe(1);
        asked.Output.ShouldContain("needs_approval  rule shell");
        asked.Output.ShouldContain("May approve: ann");
    }

    [Theory]
    [InlineData("--at", "soon")]
    [InlineData("--label", "novalue")]
    [InlineData("--input", "=x")]
    public async Task Test_BadOption_NamesItAndItsValue(string option, string value)
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("policy", "test", "fs.read", option, value);

        ran.Code.ShouldBe(2);
        ran.Error.ShouldContain($"{option}: '{value}'");
        cli.Script.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Show_BrokenFile_SaysThatItIsNotInForce()
    {
        var script = Recordings.Endless();
        script.PolicyError = new TextError { Line = 7, Message = "no such effect" };
        await using var cli = await CliFixture.CreateAsync(script);

        var ran = await cli.RunAsync("policy", "show");

        ran.Output.ShouldContain("not in force, line 7: no such effect");
        ran.Lines[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries)[..2].ShouldBe(["reads", "allow"]);
    }

    [Fact]
    public async Task Validate_Errors_StandWhereTheyAre()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());
        var file = Path.Combine(cli.Workspace, "rules.json");
        await File.WriteAllTextAsync(file, "nonsense");

        var ran = await cli.RunAsync("policy", "validate", file);

        (ran.Code, ran.Output.Trim()).ShouldBe((2, $"{file}:2:1: rules: 'nonsense' is no effect."));
    }
}
