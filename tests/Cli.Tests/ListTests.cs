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
