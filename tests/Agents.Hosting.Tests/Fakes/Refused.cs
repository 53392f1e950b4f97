using Grpc.Core;
using Protos.V1;

namespace Agents.Hosting.Tests.Fakes;

internal static class Refused
{
    public static async Task<RpcException> ByAsync(AsyncServerStreamingCall<TaskEvent> call) =>
        await Should.ThrowAsync<RpcException>(() => TaskEvents.AllAsync(call.ResponseStream));
}
