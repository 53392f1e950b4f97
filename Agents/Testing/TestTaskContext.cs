using System.Security.Cryptography;
using Agents.Hosting;
using Agents.Hosting.Attempts;
using Agents.Hosting.Calls;
using Agents.Hosting.Workspaces;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Logging.Abstractions;
using Protos.V1;

namespace Agents.Testing;

/// <summary>A <see cref="TaskContext"/> without a host or an orchestrator, to call an agent's methods from its tests. Entries and artifacts are kept in memory.</summary>
public sealed class TestTaskContext
{
    private readonly Attempt _attempt;

    /// <summary>Creates one.</summary>
    /// <param name="workspacePath">Folder that the run works on. Null: none.</param>
    /// <param name="tools">Tools that the agent declares.</param>
    /// <param name="configure">Changes what the agent is given, e.g. a revision. Null: nothing.</param>
    public TestTaskContext(string? workspacePath = null, IReadOnlyCollection<string>? tools = null, Action<TaskAssignment>? configure = null)
    {
        var assignment = new TaskAssignment
        {
            Credential = new AttemptCredential { RunId = "run", TaskId = "task", Attempt = 1, Epoch = 1 },
            Task = new TaskBody { InputData = new Struct() },
        };
        if (workspacePath is not null)
            assignment.Workspace = new Workspace { Path = Path.GetFullPath(workspacePath) };
        configure?.Invoke(assignment);
        _attempt = new Attempt(assignment, handler: null, DateTimeOffset.MaxValue, TimeProvider.System);
        var workspaces = new WorkspaceProvider(new WorkspaceOptions(), TimeProvider.System, NullLogger<WorkspaceProvider>.Instance);
        Context = new TaskContext(_attempt, new InMemoryCalls(this), workspaces, tools ?? [], TimeProvider.System);
    }

    /// <summary>Decides every tool call. Default: allows all, and grants nothing.</summary>
    public Func<DecideToolCallRequest, DecideToolCallResponse> Policy { get; set; } =
        _ => new DecideToolCallResponse { Effect = PolicyEffect.Allow, Reason = "test" };

    /// <summary>What to pass to the agent's method.</summary>
    public TaskContext Context { get; }

    /// <summary>What the agent has reported so far; the first event is <c>accepted</c>.</summary>
    public IReadOnlyList<TaskEvent> Events
    {
        get
        {
            _attempt.Progress.Flush();
            return _attempt.Snapshot();
        }
    }

    private sealed class InMemoryCalls(TestTaskContext test) : IOrchestratorCalls
    {
        private readonly Dictionary<string, ContextEntry> _entries = [];
        private readonly Dictionary<string, (ArtifactRef Artifact, byte[] Content)> _artifacts = [];

        public Task<DecideToolCallResponse> DecideToolCallAsync(AttemptCredential credential, DecideToolCallRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(test.Policy(request));

        public Task<ContextEntry?> GetEntryAsync(AttemptCredential credential, GetEntryRequest request, CancellationToken cancellationToken)
        {
            lock (_entries)
                return Task.FromResult(_entries.GetValueOrDefault(request.Key));
        }

        public Task<long> PutEntryAsync(AttemptCredential credential, PutEntryRequest request, CancellationToken cancellationToken)
        {
            lock (_entries)
            {
                var version = (_entries.GetValueOrDefault(request.Key)?.Version ?? 0) + 1;
                _entries[request.Key] = new ContextEntry { Scope = request.Scope, Key = request.Key, Value = request.Value, Version = version };
                return Task.FromResult(version);
            }
        }

        public Task<IReadOnlyList<ContextEntry>> ListEntriesAsync(AttemptCredential credential, ListEntriesRequest request, CancellationToken cancellationToken)
        {
            lock (_entries)
                return Task.FromResult<IReadOnlyList<ContextEntry>>([.. _entries.Values.Where(entry => entry.Key.StartsWith(request.KeyPrefix, StringComparison.Ordinal))]);
        }

        public async Task<ArtifactRef> UploadAsync(AttemptCredential credential, ArtifactRef artifact, Stream content, CancellationToken cancellationToken)
        {
            using var copy = new MemoryStream();
            await content.CopyToAsync(copy, cancellationToken);
            var stored = artifact.Clone();
            stored.Size = copy.Length;
            stored.Id = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(copy.GetBuffer().AsSpan(0, (int)copy.Length)))}";
            lock (_artifacts)
                _artifacts[stored.Id] = (stored, copy.ToArray());
            return stored;
        }

        public async Task<ArtifactRef?> DownloadAsync(AttemptCredential credential, string id, Stream destination, CancellationToken cancellationToken)
        {
            (ArtifactRef Artifact, byte[] Content) stored;
            lock (_artifacts)
            {
                if (!_artifacts.TryGetValue(id, out stored))
                    return null;
            }

            await destination.WriteAsync(stored.Content, cancellationToken);
            return stored.Artifact;
        }
    }
}
