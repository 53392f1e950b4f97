using System.Collections.Frozen;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Protos.V1;
using Transport;

namespace Orchestrator.Dispatch;

/// <summary>One running copy of an agent, as this replica knows it.</summary>
internal sealed class Instance : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly FrozenDictionary<string, Capability> _capabilities;
    private readonly AcknowledgeBatcher _acknowledger;
    private readonly CancellationTokenSource _gone = new();
    private int _disposed;

    public Instance(Registration registration, DateTimeOffset now, InstanceUse use, TransportCredentials? credentials, ILogger logger)
    {
        Registration = registration;
        Use = use;
        JoinedAt = LastSeenAt = now;
        Capacity = Math.Max(1, registration.Contract.Limits?.MaxParallel ?? 1);
        _capabilities = registration.Contract.Capabilities.ToFrozenDictionary(capability => capability.TaskType, StringComparer.Ordinal);
        var handler = new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            UseProxy = false,
        };
        _channel = GrpcChannel.ForAddress(registration.Url, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = ServiceDefaults.Extensions.MaxMessageBytes,
            MaxSendMessageSize = ServiceDefaults.Extensions.MaxMessageBytes,
            DisposeHttpClient = true,
            HttpHandler = credentials?.Secure(handler, new Uri(registration.Url), http2: true) ?? handler,
        });
        Client = new AgentService.AgentServiceClient(_channel);
        Streams = new WorkStreams(Client);
        _acknowledger = new AcknowledgeBatcher(this, logger);
    }

    /// <summary>The incarnation's id.</summary>
    public string Id => Registration.IncarnationId;

    public Registration Registration { get; }

    public string Name => Registration.InstanceName;

    public AgentContract Contract => Registration.Contract;

    public AgentService.AgentServiceClient Client { get; }

    /// <summary>Takes many attempts at little cost each, where the instance can.</summary>
    public WorkStreams Streams { get; }

    public Quarantine Quarantine => Use.Quarantine;

    /// <summary>What it has to do.</summary>
    public InstanceUse Use { get; }

    public DateTimeOffset JoinedAt { get; }

    public DateTimeOffset LastSeenAt { get; set; }

    /// <summary>What it says of itself, or what its silence says.</summary>
    public InstanceHealth Health { get; set; } = InstanceHealth.Alive;

    public string Note { get; set; } = "";

    public int Capacity { get; set; }

    /// <summary>The stream on which it joined this replica; null: it joined another.</summary>
    public JoinedStream? Joined { get; set; }

    /// <summary>What another replica says of it, as it was last read; null: none says anything.</summary>
    public InstanceRecord? Record { get; set; }

    /// <summary>Attempts of this replica that run there.</summary>
    public int Running => Use.Running;

    /// <summary>Attempts that run there by whichever replica.</summary>
    public int RunningInAll => Use.Running + Use.ByOthers;

    /// <summary>Cancelled when the instance has left or was lost.</summary>
    public CancellationToken Gone => _gone.Token;

    public bool IsGone { get; private set; }

    /// <summary>Whether it is given attempts at all, now or when it has room.</summary>
    public bool TakesWork => Health == InstanceHealth.Alive && !Quarantine.IsOut;

    public bool HasRoom => TakesWork && !Use.IsFull && RunningInAll < (Quarantine.IsOnProbation ? 1 : Capacity);

    public bool IsLessLoadedThan(Instance other) => (long)RunningInAll * other.Capacity < (long)other.RunningInAll * Capacity;

    public Capability? CapabilityFor(string taskType) => _capabilities.GetValueOrDefault(taskType);

    /// <summary>The result of an attempt is stored.</summary>
    public void Acknowledge(AttemptKey attempt)
    {
        if (!Streams.TryAcknowledge(attempt))
        {
            _acknowledger.Add(attempt);
        }
    }

    /// <summary>It said how many run there, and how many may.</summary>
    /// <returns>Whether it may have room that it was not known to have.</returns>
    public bool Told(int running, int capacity)
    {
        var more = capacity > Capacity;
        Capacity = capacity > 0 ? capacity : Capacity;
        return Use.Told(running) || more;
    }

    /// <summary>Asks the instance for its contract, to see whether it answers.</summary>
    /// <returns>For people: <c>answers</c>, or why there was no answer.</returns>
    public async Task<string> CheckHealthAsync(CancellationToken ct)
    {
        try
        {
            await Client.DescribeAsync(new DescribeRequest(), cancellationToken: ct).ResponseAsync.WaitAsync(TimeSpan.FromSeconds(3), ct);
            return Answers;
        }
        catch (RpcException e)
        {
            return $"does not answer: {e.Status.Detail}";
        }
        catch (TimeoutException)
        {
            return "does not answer within 3 s";
        }
        catch (ObjectDisposedException)
        {
            return "has left";
        }
    }

    /// <summary>What <see cref="CheckHealthAsync"/> finds of an instance that answers.</summary>
    public const string Answers = "answers";

    public AgentInstance View()
    {
        var (faults, until) = Quarantine.Standing;
        return new AgentInstance
        {
            InstanceId = Id,
            IncarnationId = Id,
            Faults = faults,
            QuarantinedUntil = until is { } moment ? Timestamp.FromDateTimeOffset(moment) : null,
            OnProbation = Quarantine.IsOnProbation,
            ReplicaId = Joined is null ? Record?.ReplicaId ?? "" : "",
            Name = Name,
            Url = Registration.Url,
            Contract = Contract,
            Health = Health == InstanceHealth.Alive && Quarantine.IsOut ? InstanceHealth.Quarantined : Health,
            Running = RunningInAll,
            Capacity = Capacity,
            JoinedAt = Timestamp.FromDateTimeOffset(JoinedAt),
            LastSeenAt = Timestamp.FromDateTimeOffset(LastSeenAt),
            Note = Note.Length > 0 ? Note : Quarantine.Note,
        };
    }

    /// <summary>What other replicas are told of it. A quarantine is this replica's own finding.</summary>
    public InstanceRecord ToRecord(string replicaId) => new()
    {
        Registration = Registration,
        Health = Health,
        Note = Note,
        Running = RunningInAll,
        Capacity = Capacity,
        ReplicaId = replicaId,
    };

    /// <summary>It gets nothing more. Its connections are kept for the attempts that still run there.</summary>
    public void MarkGone(InstanceHealth health)
    {
        Health = health;
        IsGone = true;
        if (Volatile.Read(ref _disposed) == 0)
        {
            _gone.Cancel();
        }

        Use.Left(this);
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _gone.Cancel();
            _acknowledger.Dispose();
            Streams.Dispose();
            _channel.Dispose();
        }
    }
}

/// <summary>One stream on which an instance joined. A later one takes the place of an earlier one.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing; it may be ended at any time")]
internal sealed class JoinedStream(Instance instance)
{
    private readonly CancellationTokenSource _ended = new();

    public Instance Instance => instance;

    /// <summary>Cancelled when the stream no longer counts: the instance was taken for lost, or joined again. It is to be told, so that it joins again if it lives.</summary>
    public CancellationToken Ended => _ended.Token;

    public void End() => _ = _ended.CancelAsync();
}
