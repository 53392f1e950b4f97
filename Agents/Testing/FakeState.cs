using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Grpc.Core;
using Protos.V1;

namespace Agents.Testing;

/// <summary>What a <see cref="FakeOrchestrator"/> knows: a record of what agents said, and what they are answered. Safe to read while it grows.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing, and streams that are ending still look at it.")]
public sealed class FakeState
{
    private CancellationTokenSource _joins = new();

    /// <summary>Every registration, also those that were refused, oldest first.</summary>
    public ConcurrentQueue<Registration> Registrations { get; } = new();

    /// <summary>Everything that came on the streams of joined agents, oldest first.</summary>
    public ConcurrentQueue<JoinRequest> Messages { get; } = new();

    /// <summary>The tool calls that policy was asked about, oldest first.</summary>
    public ConcurrentQueue<DecideToolCallRequest> Decisions { get; } = new();

    /// <summary>The credential shown with each call to policy, context and artifacts, oldest first.</summary>
    public ConcurrentQueue<AttemptCredential> Credentials { get; } = new();

    /// <summary>The shared memory, by key.</summary>
    public ConcurrentDictionary<string, ContextEntry> Entries { get; } = new();

    /// <summary>What was stored, by id.</summary>
    public ConcurrentDictionary<string, (ArtifactRef Artifact, byte[] Content)> Artifacts { get; } = new();

    /// <summary>How often agents are asked for a sign of life. Default: 100 ms.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>What joining agents are refused with. Null: they are let in.</summary>
    public Status? RefuseJoin { get; set; }

    /// <summary>Decides tool calls. Default: all are allowed.</summary>
    public Func<DecideToolCallRequest, DecideToolCallResponse> Policy { get; set; } =
        _ => new DecideToolCallResponse { Effect = PolicyEffect.Allow, Reason = "rule allow-all" };

    internal CancellationToken JoinsStopped => _joins.Token;

    /// <summary>Stores an artifact that agents may fetch.</summary>
    /// <param name="name">Its name for people.</param>
    /// <param name="content">What is in it.</param>
    /// <returns>What to put into a task's input.</returns>
    public ArtifactRef AddArtifact(string name, byte[] content) => AddArtifact(new ArtifactRef { Name = name }, content);

    /// <summary>Ends the streams of all joined agents; they may join again.</summary>
    public void StopJoins() => Interlocked.Exchange(ref _joins, new CancellationTokenSource()).Cancel();

    internal ArtifactRef AddArtifact(ArtifactRef artifact, byte[] content)
    {
        artifact.Id = $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";
        artifact.Size = content.Length;
        Artifacts[artifact.Id] = (artifact, content);
        return artifact;
    }

    internal void SawCredential(ServerCallContext context) =>
        Credentials.Enqueue(AttemptCredential.Parser.ParseFrom(Convert.FromBase64String(context.RequestHeaders.GetValue("agents-attempt")!)));
}
