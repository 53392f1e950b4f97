using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Protos.V1;

namespace Orchestrator.Dispatch;

/// <summary>Agents join here and stay on one stream for as long as they live.</summary>
[Needs(Permissions.AgentsJoin)]
internal sealed class RegistryGrpcService(AgentRegistry registry, IOptions<DispatchOptions> options, IHostApplicationLifetime lifetime)
    : RegistryService.RegistryServiceBase
{
    public override async Task Join(IAsyncStreamReader<JoinRequest> requestStream, IServerStreamWriter<JoinResponse> responseStream, ServerCallContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, lifetime.ApplicationStopping);
        if (!await requestStream.MoveNext(stop.Token) || requestStream.Current.Registration is not { } registration)
        {
            throw Refused(StatusCode.InvalidArgument, "The first message of a Join stream must be a registration.");
        }

        var key = (context.GetHttpContext().User.Identity as CallerIdentity)?.Key?.Id ?? "";
        if (ContractRules.Violations(registration) is { Count: > 0 } violations)
        {
            throw Refused(StatusCode.InvalidArgument, string.Join(" ", violations));
        }

        if (registry.Join(registration, key, out var conflict) is not { } joined)
        {
            throw Refused(StatusCode.FailedPrecondition, conflict);
        }

        using var counts = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, joined.Ended);
        var reason = "its stream ended";
        try
        {
            await responseStream.WriteAsync(new JoinResponse
            {
                Registered = new Registered
                {
                    InstanceId = joined.Instance.Id,
                    HeartbeatInterval = Duration.FromTimeSpan(TimeSpan.FromSeconds(options.Value.HeartbeatSeconds)),
                    LivenessWindow = Duration.FromTimeSpan(options.Value.Liveness),
                    ShowsCallToken = registration.CallToken.Length > 0,
                },
            }, stop.Token);
            while (await requestStream.MoveNext(counts.Token))
            {
                switch (requestStream.Current.MessageCase)
                {
                    case JoinRequest.MessageOneofCase.Heartbeat:
                        registry.Heard(joined, requestStream.Current.Heartbeat);
                        break;
                    case JoinRequest.MessageOneofCase.Leaving:
                        registry.Drain(joined, requestStream.Current.Leaving.Reason);
                        break;
                    default:
                        throw Refused(StatusCode.InvalidArgument, "After the registration a Join stream carries heartbeats and leaving only.");
                }
            }
        }
        catch (OperationCanceledException) when (joined.Ended.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            throw Refused(StatusCode.Unavailable, "This stream no longer counts: the instance was not heard of for too long, or has joined again. Join again.");
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            reason = lifetime.ApplicationStopping.IsCancellationRequested ? "the orchestrator stops" : "its connection broke";
        }
        finally
        {
            registry.Leave(joined, reason);
        }
    }

    private static RpcException Refused(StatusCode code, string message) => new(new Status(code, message));
}
