using System.CommandLine;
using Cli.Display;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents runs</c>, <c>agents agents</c>, <c>agents tools</c>, <c>agents playbooks</c>, <c>agents queue</c>.</summary>
internal static class ListCommands
{
    public static Command Runs(CommonOptions common)
    {
        var status = new Option<string[]>("--status") { Description = "Only runs in these states, e.g. FAILED.", Arity = ArgumentArity.ZeroOrMore };
        var limit = new Option<int>("--limit") { Description = "How many at the most.", DefaultValueFactory = _ => 20 };
        var command = new Command("runs", "Lists runs, newest first.") { status, limit };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var request = new ListRunsRequest { PageSize = Math.Clamp(parsed.GetValue(limit), 1, 200) };
            foreach (var word in parsed.GetValue(status) ?? [])
            {
                if (!Words.TryState(word, out var state))
                {
                    await session.Error.WriteLineAsync($"--status: '{word}' is none of {Words.AllStates}.");
                    return ExitCodes.BadUsage;
                }

                request.Statuses.Add(state);
            }

            var response = await session.Client.ListRunsAsync(request, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            TextTable.Write(session.Output, ["RUN", "STATUS", "PLAYBOOK", "TASKS", "AGE", "REQUEST"], response.Runs.Select(run => new[]
            {
                run.RunId, Words.Of(run.Status) + (run.Approvals > 0 ? $" ({run.Approvals} to approve)" : ""), run.Playbook, $"{run.TasksDone}/{run.TasksTotal}",
                Words.Duration(TimeProvider.System.GetUtcNow() - run.CreatedAt.ToDateTimeOffset()), Words.OneLine(run.Request, 60),
            }), Paint.Column(session, 1));
            return ExitCodes.Completed;
        }));
        return command;
    }

    public static Command Agents(CommonOptions common)
    {
        var role = new Option<string?>("--role") { Description = "Only this role." };
        var command = new Command("agents", "Lists the agents that have joined.") { role };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Client.ListAgentsAsync(new ListAgentsRequest { Role = parsed.GetValue(role) ?? "" }, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            TextTable.Write(session.Output, ["ROLE", "INSTANCE", "HEALTH", "LOAD", "TASKS", "URL"], response.Instances.Select(instance => new[]
            {
                instance.Contract.Role, instance.Name, instance.Health.ToString().ToUpperInvariant(), $"{instance.Running}/{instance.Capacity}",
                string.Join(' ', instance.Contract.Capabilities.Select(capability => capability.TaskType)), instance.Url,
            }), Paint.Column(session, 2));
            return ExitCodes.Completed;
        }));
        return command;
    }

    public static Command Tools(CommonOptions common)
    {
        var role = new Option<string?>("--role") { Description = "Only this role." };
        var command = new Command("tools", "Lists the tools of the agents that have joined.") { role };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Client.ListToolsAsync(new ListToolsRequest { Role = parsed.GetValue(role) ?? "" }, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            TextTable.Write(session.Output, ["TOOL", "RISK", "OWNER", "ROLES", "DESCRIPTION"], response.Tools.Select(view => new[]
            {
                view.Tool.Name, view.Tool.Risk, view.Tool.Owner, string.Join(' ', view.Roles), Words.OneLine(view.Tool.Description, 90),
            }));
            return ExitCodes.Completed;
        }));
        return command;
    }

    public static Command Playbooks(CommonOptions common, string name = "playbooks")
    {
        var command = new Command(name, "Lists the playbooks.");
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Client.ListPlaybooksAsync(new ListPlaybooksRequest(), cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            TextTable.Write(session.Output, ["PLAYBOOK", "ROLES", "DESCRIPTION"], response.Playbooks.Select(playbook => new[]
            {
                playbook.Name, string.Join(' ', playbook.Roles), Words.OneLine(playbook.Description, 90),
            }));
            foreach (var error in response.Errors)
            {
                await session.Error.WriteLineAsync($"cannot be used: {Words.Printable(error)}");
            }

            return ExitCodes.Completed;
        }));
        return command;
    }

    public static Command Queue(CommonOptions common)
    {
        var role = new Option<string?>("--role") { Description = "Only this role." };
        var command = new Command("queue", "Tells what waits, by role.") { role };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var response = await session.Client.GetQueueMetricsAsync(new GetQueueMetricsRequest { Role = parsed.GetValue(role) ?? "" }, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
                return ExitCodes.Completed;
            }

            TextTable.Write(session.Output, ["ROLE", "WAITING", "OLDEST", "RUNNING", "INSTANCES"], response.Roles.Select(one => new[]
            {
                one.Role, $"{one.Depth}", one.Depth > 0 ? Words.Duration(TimeSpan.FromSeconds(one.OldestSeconds)) : "", $"{one.Running}/{one.Capacity}", $"{one.Instances}",
            }));
            return ExitCodes.Completed;
        }));
        return command;
    }
}
