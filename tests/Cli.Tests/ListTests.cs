using Protos.V1;

namespace Cli.Tests;

public sealed class ListTests
{
    [Fact]
    public async Task Runs_Text_IsATable()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync("runs");

        ran.Lines[0].ShouldStartWith("RUN");
        ran.Lines[1].ShouldContain("run-1  IN_PROGRESS  code-audit  1/3");
        (await cli.RunAsync("runs", "--status", "failed")).Lines.ShouldHaveSingleItem();
        (await cli.RunAsync("runs", "--status", "odd")).Code.ShouldBe(2);
    }

    [Fact]
    public async Task Show_ControlCodes_DoNotReachTheTerminal()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync("show", "run-1");

        ran.Code.ShouldBe(0);
        ran.Output.ShouldNotContain("\u001b");
        ran.Output.ShouldContain("Chosen because it says audit");
        ran.Output.ShouldContain("researcher-1");
    }

    [Fact]
    public async Task AgentsAndPlaybooks_Text_AreTables()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        (await cli.RunAsync("agents")).Output.ShouldContain("reviewer  reviewer-1  ALIVE   1/4   security");
        (await cli.RunAsync("playbooks")).Output.ShouldContain("code-audit  reviewer  Looks for problems.");
    }

    [Fact]
    public async Task Cost_Run_SaysWhereItWent()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync("cost", "run-1");

        ran.Lines[0].ShouldBe("run-1  1000 of 1200 tokens  1.25 of 2.00  2 attempts  1m 05s");
        ran.Lines[1].ShouldBe("80 % used of: tokens");
        ran.Output.ShouldContain("write  writer  2      900  100  1.25  1m 00s  small");
        (await cli.RunAsync("cost", "run-1", "--json")).Output.ShouldContain("\"cost_micros\"");
    }

    [Theory]
    [InlineData("tokens=0")]
    [InlineData("cost=0.0000001")]
    [InlineData("when_short=pray")]
    [InlineData("money")]
    public async Task Run_BadBudget_IsRefusedWithTheRule(string budget)
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync("run", "x", "--budget", budget, "--detach");

        ran.Code.ShouldBe(2);
        ran.Error.ShouldContain($"--budget: '{budget}' is none of tokens=N, cost=AMOUNT");
    }

    [Fact]
    public async Task Run_Budget_IsSubmitted()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        (await cli.RunAsync("run", "x", "--budget", "tokens=500", "--budget", "cost=2.5", "--budget", "when_short=cheaper", "--detach")).Code.ShouldBe(0);

        cli.Script.Submitted.Last().Budget.ShouldBe(new Budget { Tokens = 500, CostMicros = 2_500_000, WhenShort = "cheaper" });
    }

    [Fact]
    public async Task Cancel_Run_SaysItsStatus()
    {
        await using var cli = await CliFixture.CreateAsync(Recordings.Endless());

        var ran = await cli.RunAsync("cancel", "run-1", "--reason", "enough");

        ran.Output.Trim().ShouldBe("CANCELLED");
        cli.Script.Cancelled.ShouldHaveSingleItem().Reason.ShouldBe("enough");
    }

    [Fact]
    public async Task Watch_FailedRunAfterItsLastEvent_StillExitsWithOne()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Failed());

        (await cli.RunAsync("watch", "run-1", "--after", "6")).Code.ShouldBe(1);
    }
}
