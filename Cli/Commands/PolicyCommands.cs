using System.CommandLine;
using System.Globalization;
using Cli.Display;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Cli.Commands;

/// <summary><c>agents policy show|test|validate</c>.</summary>
internal static class PolicyCommands
{
    public static Command Create(CommonOptions common) => new("policy", "Shows, tries and checks the rules for tool calls.") { Show(common), Test(common), Validate(common) };

    private static Command Show(CommonOptions common)
    {
        var command = new Command("show", "Shows the rules in force; the first that fits decides.");
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var policy = await session.Insight.GetPolicyAsync(new GetPolicyRequest(), cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(policy);
                return ExitCodes.Completed;
            }

            await session.Output.WriteLineAsync($"{policy.File}  loaded at {Words.When(policy.LoadedAt?.ToDateTimeOffset() ?? default)}  otherwise: {policy.DefaultEffect}");
            if (policy.Opa.Length > 0)
            {
                await session.Output.WriteLineAsync($"The OPA server at {policy.Opa} decides instead.");
            }

            if (policy.Error is { } error)
            {
                await session.Output.WriteLineAsync($"The file as it stands now is not in force, line {error.Line}: {Words.Printable(error.Message)}");
            }

            await session.Output.WriteLineAsync();
            Rules(session, policy.Rules);
            return ExitCodes.Completed;
        }));
        return command;
    }

    private static Command Test(CommonOptions common)
    {
        var tool = new Argument<string>("tool") { Description = "The tool, e.g. fs.read." };
        var input = new Option<string[]>("--input") { Description = "An argument of the call, K=V; V is JSON or text. May stand several times.", Arity = ArgumentArity.ZeroOrMore };
        var role = new Option<string?>("--role") { Description = "The role that calls." };
        var agent = new Option<string?>("--agent") { Description = "The instance that calls." };
        var playbook = new Option<string?>("--playbook") { Description = "The run's playbook." };
        var label = new Option<string[]>("--label") { Description = "A label of the run, K=V. May stand several times.", Arity = ArgumentArity.ZeroOrMore };
        var at = new Option<string?>("--at") { Description = "When, e.g. 2026-12-24T18:00:00Z. Default: now." };
        var policy = new Option<string?>("--policy") { Description = "A file with other rules than those in force." };
        var command = new Command("test", "Tells how policy would decide about a tool call. Exit code 1: it is not allowed just so.") { tool, input, role, agent, playbook, label, at, policy };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var inputs = new SubmitRunRequest();
            var request = new TestPolicyRequest { Tool = parsed.GetValue(tool), Role = parsed.GetValue(role) ?? "", Agent = parsed.GetValue(agent) ?? "", Playbook = parsed.GetValue(playbook) ?? "" };
            var problem = Submission.ReadInputs(parsed.GetValue(input) ?? [], inputs) ?? ReadLabels(parsed.GetValue(label) ?? [], request) ?? ReadTime(parsed.GetValue(at), request);
            if (problem is not null)
            {
                await session.Error.WriteLineAsync(problem);
                return ExitCodes.BadUsage;
            }

            request.Arguments = inputs.Inputs;
            request.Policy = parsed.GetValue(policy) is { } file ? await File.ReadAllTextAsync(file, ct) : "";
            var response = await session.Insight.TestPolicyAsync(request, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
            }
            else
            {
                await session.Output.WriteLineAsync($"{response.Effect}  {(response.Rule.Length > 0 ? $"rule {response.Rule}" : "no rule fits")} ({response.Source})  {Words.Printable(response.Reason)}".TrimEnd());
                if (response.Effect == "needs_approval")
                {
                    await session.Output.WriteLineAsync($"May approve: {ApprovalText.Who(response.Deciders)}");
                }

                if (response.Grants.Count > 0)
                {
                    await session.Output.WriteLineAsync($"Grants: {string.Join(", ", response.Grants)}");
                }
            }

            return response.Effect == "allow" ? ExitCodes.Completed : ExitCodes.Failed;
        }));
        return command;
    }

    private static Command Validate(CommonOptions common)
    {
        var file = new Argument<string>("file") { Description = "The rules, as JSON." };
        var command = new Command("validate", "Tells what is wrong with a file of rules, and where. Exit code 2: something is.") { file };
        command.SetAction((parsed, ct) => common.WithSession(parsed, async session =>
        {
            var path = parsed.GetValue(file)!;
            var response = await session.Insight.ValidatePolicyAsync(new ValidatePolicyRequest { Text = await File.ReadAllTextAsync(path, ct) }, cancellationToken: ct);
            if (session.Json)
            {
                session.WriteJson(response);
            }
            else if (response.Errors.Count == 0)
            {
                await session.Output.WriteLineAsync($"{response.Rules.Count} rules; otherwise: {response.DefaultEffect}");
            }

            foreach (var error in session.Json ? [] : response.Errors)
            {
                await session.Output.WriteLineAsync($"{path}:{error.Line}:{error.Column}: {Words.Printable(error.Message)}");
            }

            return response.Errors.Count == 0 ? ExitCodes.Completed : ExitCodes.BadUsage;
        }));
        return command;
    }

    private static void Rules(Session session, IEnumerable<PolicyRuleView> rules) =>
        TextTable.Write(session.Output, ["RULE", "EFFECT", "WHEN", "REASON"], rules.Select(rule => new[]
        {
            rule.Id, rule.Effect, Words.OneLine(rule.Conditions?.ToString() ?? "", 70), Words.OneLine(rule.Reason, 80),
        }), Paint.Column(session, 1));

    private static string? ReadLabels(string[] labels, TestPolicyRequest request)
    {
        foreach (var text in labels)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals < 1)
            {
                return $"--label: '{text}' is not K=V.";
            }

            request.Labels[text[..equals]] = text[(equals + 1)..];
        }

        return null;
    }

    private static string? ReadTime(string? text, TestPolicyRequest request)
    {
        if (text is null)
        {
            return null;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return $"--at: '{text}' is no time; e.g. 2026-12-24T18:00:00Z.";
        }

        request.Time = Timestamp.FromDateTimeOffset(time);
        return null;
    }
}
