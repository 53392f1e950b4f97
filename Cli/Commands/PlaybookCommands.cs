using System.CommandLine;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents playbook list|validate|graph</c>.</summary>
internal static class PlaybookCommands
{
    public static Command Create(CommonOptions common)
    {
        var list = ListCommands.Playbooks(common, "list");
        return new Command("playbook", "Lists, checks and draws playbooks.") { list, Validate(common), Graph(common) };
    }

    private static Command Validate(CommonOptions common)
    {
        var file = new Argument<string>("file") { Description = "The playbook's YAML." };
        var command = new Command("validate", "Tells what is wrong with a playbook, and where. Exit code 2: something is.") { file };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var path = parsed.GetValue(file)!;
            var response = await CheckAsync(session, path, ct);
            if (session.Json)
            {
                session.WriteJson(response);
            }
            else
            {
                foreach (var error in response.Errors)
                {
                    await session.Output.WriteLineAsync($"{path}:{error.Line}:{error.Column}: {Words.Printable(error.Message)}");
                }

                if (response.Errors.Count == 0)
                {
                    await session.Output.WriteLineAsync($"{response.Playbook.Name}: {response.Plan?.Tasks.Count ?? 0} tasks, roles {string.Join(", ", response.Playbook.Roles)}{(response.PlannedByAgent ? "; a planner expands it" : "")}");
                }
            }

            return response.Errors.Count == 0 ? ExitCodes.Completed : ExitCodes.BadUsage;
        }));
        return command;
    }

    private static Command Graph(CommonOptions common)
    {
        var playbook = new Argument<string>("playbook") { Description = "Its name, or a file." };
        var mermaid = new Option<bool>("--mermaid") { Description = "For Mermaid instead of a tree." };
        var command = new Command("graph", "Draws the plan of a playbook.") { playbook, mermaid };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var name = parsed.GetValue(playbook)!;
            var (plan, errors) = File.Exists(name) ? Both(await CheckAsync(session, name, ct)) : Both((await session.Insight.GetPlaybookAsync(new GetPlaybookRequest { Name = name }, cancellationToken: ct)));
            if (plan is null)
            {
                foreach (var error in errors)
                {
                    await session.Error.WriteLineAsync($"{name}:{error.Line}:{error.Column}: {Words.Printable(error.Message)}");
                }

                return ExitCodes.BadUsage;
            }

            if (session.Json)
            {
                session.WriteJson(plan);
            }
            else if (parsed.GetValue(mermaid))
            {
                await session.Output.WriteLineAsync(string.Join(Environment.NewLine, PlanTree.Mermaid(plan)));
            }
            else
            {
                TextTable.Write(session.Output, ["TASK", "WHO", ""], PlanTree.Rows(plan));
            }

            return ExitCodes.Completed;
        }));
        return command;
    }

    private static (Plan? Plan, IEnumerable<TextError> Errors) Both(ValidatePlaybookResponse response) => (response.Plan, response.Errors);

    private static (Plan? Plan, IEnumerable<TextError> Errors) Both(GetPlaybookResponse response) => (response.Plan, response.Errors);

    private static async Task<ValidatePlaybookResponse> CheckAsync(Session session, string path, CancellationToken ct) =>
        await session.Insight.ValidatePlaybookAsync(new ValidatePlaybookRequest { Text = await File.ReadAllTextAsync(path, ct) }, cancellationToken: ct);
}
