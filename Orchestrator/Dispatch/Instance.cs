using System.Collections.Frozen;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>One running copy of an agent, as this replica knows it. Slots are guarded by the dispatcher's lock.</summary>
internal sealed class Instance : IDisposable
{
    private readonly GrpcChannel _channel;
    private readonly FrozenDictionary<string, Capability> _capabilities;
    private readonly AcknowledgeBatcher _acknowledger;
    private readonly CancellationTokenSource _gone = new();

    public Instance(string id, Registration registration, DateTimeOffset now, ILogger logger)
    {
        Id = id;
        Registration = registration;
        JoinedAt = LastSeenAt = now;
        Capacity = Math.Max(1, registration.Contract.Limits?.MaxParallel ?? 1);
        _capabilities = registration.Contract.Capabilities.ToFrozenDictionary(capability => capability.TaskType, StringComparer.Ordinal);
        _channel = GrpcChannel.ForAddress(registration.Url, new GrpcChannelOptions
        {
            MaxReceiveMessageSize = ServiceDefaults.Extensions.MaxMessageBytes,
            MaxSendMessageSize = ServiceDefaults.Extensions.MaxMessageBytes,
            DisposeHttpClient = true,
            HttpHandler = new SocketsHttpHandler
            {
                EnableMultipleHttp2Connections = true,
                KeepAlivePingDelay = TimeSpan.FromSeconds(5),
                KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
                KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                UseProxy = false,
            },
        });
        Client = new AgentService.AgentServiceClient(_channel);
        _acknowledger = new AcknowledgeBatcher(this, logger);
    }

    public string Id { get; }

    public Registration Registration { get; }

    public string Name => Registration.InstanceName;

    public AgentContract Contract => Registration.Contract;

    public AgentService.AgentServiceClient Client { get; }

    public DateTimeOffset JoinedAt { get; }

    public DateTimeOffset LastSeenAt { get; set; }

    public InstanceHealth Health { get; set; } = InstanceHealth.Alive;

    public string Note { get; set; } = "";

    public int Capacity { get; set; }

    /// <summary>Attempts of this replica that run there.</summary>
    public int Running { get; set; }

    /// <summary>Cancelled when the instance has left, was lost, or was replaced.</summary>
    public CancellationToken Gone => _gone.Token;

    public bool HasRoom => Health == InstanceHealth.Alive && Running < Capacity;

    /// <summary>Share of its capacity in use.</summary>
    public double Load => (double)Running / Capacity;

    public Capability? CapabilityFor(string taskType) => _capabilities.GetValueOrDefault(taskType);

    /// <summary>The result of an attempt is stored.</summary>
    public void Acknowledge(AttemptKey attempt) => _acknowledger.Add(attempt);

    /// <summary>Asks the instance for its contract, to see whether it answers.</summary>
    /// <returns>For people: <c>answers</c>, or why there was no answer.</returns>
    public async Task<string> CheckHealthAsync(CancellationToken ct)
    {
        try
        {
            await Client.DescribeAsync(new DescribeRequest(), cancellationToken: ct).ResponseAsync.WaitAsync(TimeSpan.FromSeconds(3), ct);
            return "answers";
        }
        catch (RpcException e)
        {
            return $"does not answer: {e.Status.Detail}";
        }
        catch (TimeoutException)
        {
            return "does not answer within 3 s";
        }
    }

    public AgentInstance View() => new()
    {
        InstanceId = Id,
        Name = Name,
        Url = Registration.Url,
        Contract = Contract,
        Health = Health,
        Running = Running,
        Capacity = Capacity,
        JoinedAt = Timestamp.FromDateTimeOffset(JoinedAt),
        LastSeenAt = Timestamp.FromDateTimeOffset(LastSeenAt),
        Note = Note,
    };

    public void MarkGone(InstanceHealth health)
    {
        Health = health;
        _gone.Cancel();
    }

    public void Dispose()
    {
        _gone.Cancel();
        _acknowledger.Dispose();
        _channel.Dispose();
        _gone.Dispose();
    }
}
