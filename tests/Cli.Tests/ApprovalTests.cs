using System.Text.Json;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Protos.V1;

namespace Cli.Tests;

public sealed class ApprovalTests
{
    [Fact]
    public async Task Approvals_Text_SaysWhatIsAskedAndHowToAnswer()
    {
        await using var cli = await CreateAsync();

        var ran = await cli.RunAsync("approvals", "--run", "run-1", "--mine");

        ran.Code.ShouldBe(0, ran.Error);
        ran.Output.ShouldContain("run-1  ask/3  asked 1970-01-01 00:00:00 UTC of ann or bob, until 1970-01-02 00:00:00 UTC");
        ran.Output.ShouldContain("  Delete 12 rows?[2J");
        ran.Output.ShouldContain("  rows: 12");
        ran.Output.ShouldContain("  reminded 2 times, escalated");
        ran.Output.ShouldContain($"agents approve run-1 ask/3 --server {cli.Server.Address.GetLeftPart(UriPartial.Authority)}");
        ran.Output.ShouldNotContain("\u001b");
        cli.Script.Asked.ShouldHaveSingleItem().ShouldBe(new ListApprovalsRequest { RunId = "run-1", Mine = true });
    }

    [Fact]
    public async Task Approvals_NoneAndJson_AreTold()
    {
        await using var cli = await CreateAsync();
        var json = await cli.RunAsync("approvals", "--json");
        cli.Script.Approval = null;
        var none = await cli.RunAsync("approvals");

        JsonDocument.Parse(json.Lines.ShouldHaveSingleItem()).RootElement.GetProperty("approvals")[0].GetProperty("task_id").GetString().ShouldBe("ask/3");
        none.Output.Trim().ShouldBe("Nothing waits for a decision.");
    }

    [Theory]
    [InlineData("approve", true)]
    [InlineData("reject", false)]
    public async Task Decide_Task_SendsTheDecision(string command, bool approved)
    {
        await using var cli = await CreateAsync();

        var ran = await cli.RunAsync(command, "run-1", "ask/3", "--comment", "so be it");

        ran.Code.ShouldBe(0, ran.Error);
        ran.Output.Trim().ShouldBe($"{(approved ? "approved" : "rejected")}; the run is IN_PROGRESS");
        var request = (DecideApprovalRequest)cli.Script.Asked.ShouldHaveSingleItem();
        request.RequestId.ShouldNotBeEmpty();
        request.RequestId = "";
        request.ShouldBe(new DecideApprovalRequest { RunId = "run-1", TaskId = "ask/3", Approved = approved, Comment = "so be it" });
    }

    [Fact]
    public async Task Decide_NotADecider_SaysSo()
    {
        await using var cli = await CreateAsync();
        cli.Script.DecisionRefusal = new RpcException(new Status(StatusCode.PermissionDenied, "Only ann may decide."));

        var ran = await cli.RunAsync("approve", "run-1", "ask/3");

        ran.Code.ShouldBe(1);
        ran.Error.ShouldContain("Only ann may decide.");
    }

    [Fact]
    public async Task Show_WaitingTask_TellsWhoIsAskedAndHowToAnswer()
    {
        await using var cli = await CreateAsync();

        var ran = await cli.RunAsync("show", "run-1");

        ran.Output.ShouldContain("waits for ann or bob");
        ran.Output.ShouldContain("agents approve run-1 ask/3");
    }

    [Fact]
    public async Task Run_ApprovalInPlainText_TellsTheCommandAndWaitsOn()
    {
        var script = Recordings.Waiting();
        await using var cli = await CliFixture.CreateAsync(script);
        script.Release(4);
        var running = cli.RunAsync("run", "Audit it", "--out", cli.Out);
        while (script.WatchedAfter.IsEmpty && !running.IsCompleted)
            await Task.Delay(20);
        running.IsCompleted.ShouldBeFalse();
        script.Release();

        var ran = await running;

        ran.Code.ShouldBe(0, ran.Error);
        ran.Output.ShouldContain("inventory waits for ann, until 1970-01-02 00:00:00 UTC: Go on?");
        ran.Output.ShouldContain("agents approve run-1 inventory --server");
        ran.Output.ShouldContain("inventory still waits for a decision, reminder 1");
        ran.Output.ShouldContain("inventory: bob or carol may decide too");
        ran.Output.ShouldContain("inventory approved by ann: fine");
        ran.Output.ShouldContain("run paused by ann: lunch");
        ran.Output.ShouldContain("run resumed");
        ran.Output.ShouldContain("security waits until 1970-01-03 00:00:00 UTC");
        ran.Output.ShouldContain("fix goes on in run run-1, playbook code-fix");
        ran.Output.ShouldContain("fix: run run-1 is FAILED");
        ran.Output.ShouldContain("fix failed: broken; fallback: role developer");
        ran.Output.ShouldContain("fix taken over from run run-0");
    }

    [Fact]
    public async Task Run_ApprovalAsJson_TellsTheCommandBesideTheOutput()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Waiting());

        var ran = await cli.RunAsync("run", "Audit it", "--out", cli.Out, "--json");

        ran.Error.ShouldContain("Go on?  agents approve run-1 inventory");
        foreach (var line in ran.Lines)
            JsonDocument.Parse(line).Dispose();
    }

    private static Task<CliFixture> CreateAsync()
    {
        var script = Recordings.Endless();
        script.Approval = new ApprovalView
        {
            RunId = "run-1",
            TaskId = "ask/3",
            Question = "Delete 12 rows?\u001b[2J",
            Deciders = { "ann", "bob" },
            Evidence = Script.Json("""{"rows": 12, "table": "orders"}"""),
            RequestedAt = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch),
            Deadline = Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddDays(1)),
            Reminders = 2,
            Escalated = true,
        };
        return CliFixture.CreateAsync(script);
    }
}
