using System.Globalization;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.CompilerServices;
using Cli.Display;
using Grpc.Core;
using Protos.V1;

namespace Cli.Health;

/// <summary>Looks at a server from outside, one thing after the other; what cannot be looked at for want of another is left out.</summary>
internal static class Examination
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(5);

    private static string Version => typeof(Examination).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    public static async IAsyncEnumerable<Check> OfAsync(Session session, TimeProvider time, [EnumeratorCancellation] CancellationToken ct)
    {
        var reachable = await ReachAsync(session.Server, ct);
        yield return reachable;
        if (reachable.Outcome == Outcome.Failed)
        {
            yield break;
        }

        var (grpc, playbooks, serverTime) = await CallAsync(session, time, ct);
        yield return grpc;
        if (playbooks is null)
        {
            yield break;
        }

        yield return Clock(serverTime, time.GetUtcNow());
        yield return playbooks.Errors.Count > 0
            ? new Check("playbooks", Outcome.Warning, string.Join("; ", playbooks.Errors), "Mend the file; `agents playbook validate FILE` tells where.")
            : playbooks.Playbooks.Count == 0 ? new Check("playbooks", Outcome.Failed, "there are none", "Set Playbooks:Path to the folder that has them.")
            : new Check("playbooks", Outcome.Ok, $"{playbooks.Playbooks.Count}");
        yield return Agents((await session.Client.ListAgentsAsync(new ListAgentsRequest(), cancellationToken: ct)).Instances, playbooks.Playbooks);
        yield return Queue((await session.Client.GetQueueMetricsAsync(new GetQueueMetricsRequest(), cancellationToken: ct)).Roles);

        var (overview, policy) = await InsightAsync(session, ct);
        if (overview is null || policy is null)
        {
            yield return new Check("version", Outcome.Warning, $"this program is {Version}; the server is older and cannot tell", "Use the same release on both sides.");
            yield break;
        }

        yield return overview.Version.Split('+')[0] == Version || overview.Version.Length == 0
            ? new Check("version", Outcome.Ok, Version)
            : new Check("version", Outcome.Warning, $"this program is {Version}, the server {overview.Version.Split('+')[0]}", "Use the same release on both sides.");
        foreach (var health in overview.Checks)
        {
            yield return Health(health);
        }

        yield return policy.Error is { } error
            ? new Check("policy", Outcome.Warning, $"{policy.File}, line {error.Line}: {error.Message}; the rules before it stay in force", "Mend the file; `agents policy validate FILE` tells where.")
            : new Check("policy", Outcome.Ok, policy.Opa.Length > 0 ? $"OPA at {policy.Opa}" : $"{policy.Rules.Count} rules of {policy.File}");
        foreach (var warning in overview.Warnings)
        {
            yield return new Check("notice", Outcome.Warning, warning);
        }
    }

    private static async Task<Check> ReachAsync(Uri server, CancellationToken ct)
    {
        const string Remedy = "Start one with `dotnet run --project AppHost`, or name another with --server or AGENTS_SERVER.";
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(s_patience);
        try
        {
            using var probe = new TcpClient();
            await probe.ConnectAsync(server.Host, server.Port, late.Token);
            return new Check("reachable", Outcome.Ok, server.ToString());
        }
        catch (SocketException e)
        {
            return new Check("reachable", Outcome.Failed, $"{server}: {e.Message}", Remedy);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new Check("reachable", Outcome.Failed, $"{server} did not answer within {s_patience.TotalSeconds} s", "Look at firewalls and at the name; it must be the gRPC address.");
        }
    }

    private static async Task<(Check Check, ListPlaybooksResponse? Playbooks, DateTimeOffset? Time)> CallAsync(Session session, TimeProvider time, CancellationToken ct)
    {
        var started = time.GetTimestamp();
        try
        {
            using var call = session.Client.ListPlaybooksAsync(new ListPlaybooksRequest(), deadline: (time.GetUtcNow() + s_patience).UtcDateTime, cancellationToken: ct);
            var headers = await call.ResponseHeadersAsync;
            var date = DateTimeOffset.TryParse(headers.GetValue("date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var told) ? told : (DateTimeOffset?)null;
            var playbooks = await call.ResponseAsync;
            return (new Check("grpc", Outcome.Ok, $"answers in {time.GetElapsedTime(started).TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture)} ms"), playbooks, date);
        }
        catch (RpcException e)
        {
            return (new Check("grpc", Outcome.Failed, $"{e.StatusCode}: {e.Status.Detail}", "--server must be the gRPC address (5081 by default), not the one for browsers (5080); with https its certificate must be trusted."), null, null);
        }
    }

    // The header has whole seconds.
    private static Check Clock(DateTimeOffset? server, DateTimeOffset here)
    {
        if (server is not { } there)
        {
            return new Check("clock", Outcome.Warning, "the server does not tell its time");
        }

        var apart = (here - there).Duration();
        return apart <= s_skew
            ? new Check("clock", Outcome.Ok, "this machine's and the server's agree")
            : new Check("clock", Outcome.Warning, $"this machine's and the server's are {Words.Duration(apart)} apart", "Have both follow a time server: deadlines and schedules go by the server's.");
    }

    private static Check Agents(IReadOnlyCollection<AgentInstance> instances, IEnumerable<PlaybookInfo> playbooks)
    {
        var alive = instances.Where(instance => instance.Health == InstanceHealth.Alive).ToList();
        var roles = alive.GroupBy(instance => instance.Contract.Role, StringComparer.Ordinal).OrderBy(role => role.Key, StringComparer.Ordinal);
        var missing = playbooks.SelectMany(playbook => playbook.Roles).Distinct(StringComparer.Ordinal).Except(alive.Select(instance => instance.Contract.Role), StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            return new Check("agents", alive.Count == 0 ? Outcome.Failed : Outcome.Warning, $"nobody of: {string.Join(", ", missing)}", "Start an agent of the role, with services:orchestrator:grpc:0 set to the orchestrator's gRPC address.");
        }

        var sick = instances.Where(instance => instance.Health != InstanceHealth.Alive).ToList();
        return sick.Count > 0
            ? new Check("agents", Outcome.Warning, string.Join("; ", sick.Select(instance => $"{instance.Name} is {instance.Health.ToString().ToUpperInvariant()} {instance.Note}".TrimEnd())), "Look at the log of the instance; `agents agents` lists them all.")
            : new Check("agents", Outcome.Ok, string.Join(", ", roles.Select(role => $"{role.Key} {role.Count()}")));
    }

    private static Check Queue(IEnumerable<QueueMetrics> roles)
    {
        var stuck = roles.Where(role => role.Depth > 0 && role.Instances == 0).ToList();
        return stuck.Count > 0
            ? new Check("queue", Outcome.Warning, string.Join("; ", stuck.Select(role => $"{role.Depth} wait for {role.Role}, and nobody of that role is alive")), "Start an agent of the role, or cancel the runs.")
            : new Check("queue", Outcome.Ok, $"{roles.Sum(role => role.Depth)} wait");
    }

    private static Check Health(HealthCheckView check) => new(
        check.Name, check.Status switch { "Healthy" => Outcome.Ok, "Degraded" => Outcome.Warning, _ => Outcome.Failed }, $"{check.Status.ToLowerInvariant()}{(check.Description.Length > 0 ? $": {check.Description}" : "")}",
        check.Status == "Healthy" ? "" : "docs/operating.md says what each check means; the orchestrator's log says more.");

    private static async Task<(GetOverviewResponse? Overview, GetPolicyResponse? Policy)> InsightAsync(Session session, CancellationToken ct)
    {
        try
        {
            return (await session.Insight.GetOverviewAsync(new GetOverviewRequest(), cancellationToken: ct), await session.Insight.GetPolicyAsync(new GetPolicyRequest(), cancellationToken: ct));
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            return (null, null);
        }
    }
}
