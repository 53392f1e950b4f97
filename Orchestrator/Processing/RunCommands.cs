using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using Orchestrator.Storage;
using Protos.V1;

namespace Orchestrator.Processing;

/// <summary>
/// Has a run's owner carry out a command: directly where this replica is the owner, otherwise through the inbox of the
/// run's partition, which survives the owner. The same request id is carried out once.
/// </summary>
internal sealed class RunCommands(RunHost host, IRunStore store, IOptions<ReplicaOptions> options, TimeProvider time)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(500);

    /// <summary>Carries a command out.</summary>
    /// <returns>What the owner answered, which may be a refusal.</returns>
    /// <exception cref="RunUnavailableException">No replica owns the run now; the command may still be carried out.</exception>
    public async Task<CommandAnswer> SendAsync(InboxCommand command, CancellationToken ct)
    {
        if (host.LeaseOf(command.RunId) is not null)
        {
            try
            {
                return await host.ExecuteAsync(command, itemId: null, ct);
            }
            catch (RunUnavailableException)
            {
                // It went to another replica in this moment.
            }
        }

        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.CommandSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var wentOut = ProcessingMeters.CommandGoesOut();
        try
        {
            var item = new InboxItem(ItemId(command), command.RunId, command.ToByteArray());
            var answer = CommandAnswer.Parser.ParseFrom((await store.AskAsync(item, LookAgain, time, either.Token)).Span);
            ProcessingMeters.CommandAnswered(wentOut, inTime: true);
            return answer;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            ProcessingMeters.CommandAnswered(wentOut, inTime: false);
            throw new RunUnavailableException(command.RunId);
        }
    }

    private static string ItemId(InboxCommand command) => command.RequestId.Length == 0
        ? Guid.NewGuid().ToString("N")
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{command.CommandCase}\n{command.RunId}\n{command.Principal?.Tenant}\n{command.RequestId}")))[..40];
}
