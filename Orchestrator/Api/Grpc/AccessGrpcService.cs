using Grpc.Core;
using Orchestrator.Access;
using Protos.V1;

namespace Orchestrator.Api.Grpc;

/// <summary>Keys, over gRPC.</summary>
internal sealed class AccessGrpcService(KeyDesk keys) : AccessService.AccessServiceBase
{
    [Needs(Permissions.KeysManage)]
    public override Task<CreateKeyResponse> CreateKey(CreateKeyRequest request, ServerCallContext context) =>
        keys.CreateAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.KeysManage)]
    public override Task<ListKeysResponse> ListKeys(ListKeysRequest request, ServerCallContext context) =>
        keys.ListAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.KeysManage)]
    public override Task<RevokeKeyResponse> RevokeKey(RevokeKeyRequest request, ServerCallContext context) =>
        keys.RevokeAsync(request, Caller(context), context.CancellationToken);

    [Needs(Permissions.SelfRead)]
    public override Task<WhoAmIResponse> WhoAmI(WhoAmIRequest request, ServerCallContext context) => Task.FromResult(KeyDesk.WhoIs(Caller(context)));

    private static CallerIdentity Caller(ServerCallContext context) => Callers.IdentityOf(context.GetHttpContext());
}
