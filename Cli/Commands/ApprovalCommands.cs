using System.CommandLine;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents approvals</c>, <c>agents approve RUN TASK</c>, <c>agents reject RUN TASK</c>.</summary>
internal static class ApprovalCommands
{
    public static Command List(CommonOptions common)
    {
        var run = new Option<string?>("--run") { Description = "Only those of this run." };
        var mine = new Option<bool>("--mine") { Description = "Only those that I may decide." };
        var command = new Command("approvals", "Lists the decisions that are waited for, oldest first.") { run, mine };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var request = new ListApprovalsRequest { RunId = parsed.GetValue(run) ?? "", Mine = parsed.GetValue(mine) };
            var response = await session.Client.ListApprovalsAsync(request, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            foreach (var approval in response.Approvals)
            {
                await session.Output.WriteLineAsync(ApprovalText.Details(approval));
                await session.Output.WriteLineAsync($"  {ApprovalText.HowTo(session, approval.RunId, approval.TaskId)}");
            }

            if (response.Approvals.Count == 0)
            {
                await session.Output.WriteLineAsync("Nothing waits for a decision.");
            }

            return ExitCodes.Completed;
        }));
        return command;
    }

    public static Command Approve(CommonOptions common) => Decide(common, "approve", "Approves what a task asks.", approved: true);

    public static Command Reject(CommonOptions common) => Decide(common, "reject", "Rejects what a task asks.", approved: false);

    private static Command Decide(CommonOptions common, string name, string description, bool approved)
    {
        var run = new Argument<string>("run") { Description = "The run's id." };
        var task = new Argument<string>("task") { Description = "The task that asks, e.g. ask or ask/3." };
        var comment = new Option<string?>("--comment") { Description = "Why; for the task's output and the history." };
        var command = new Command(name, description) { run, task, comment };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var request = new DecideApprovalRequest
            {
                RequestId = Guid.NewGuid().ToString("N"),
                RunId = parsed.GetValue(run),
                TaskId = parsed.GetValue(task),
                Approved = approved,
                Comment = parsed.GetValue(comment) ?? "",
            };
            var response = await session.Client.DecideApprovalAsync(request, cancellationToken: ct);
            await session.Output.WriteLineAsync(session.Json ? Session.ToJson(response) : $"{(approved ? "approved" : "rejected")}; the run is {Words.Of(response.RunStatus)}");
            return ExitCodes.Completed;
        }));
        return command;
    }
}
