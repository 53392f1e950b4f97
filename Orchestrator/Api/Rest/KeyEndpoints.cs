using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>API keys, and whom one is taken for.</summary>
internal static class KeyEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/whoami", WhoAmI).Needs(Permissions.SelfRead).WithMetadata(new ApiOperation("who_am_i", "Tells whom the orchestrator takes the caller for")
        {
            Response = WhoAmIResponse.Descriptor,
            Errors = [400],
        });
        api.MapGet("/keys", ListAsync).Needs(Permissions.KeysManage).WithMetadata(new ApiOperation("list_keys", "Lists API keys, newest first, without what is secret of them")
        {
            Response = ListKeysResponse.Descriptor,
            Query = [ApiParameter.Text("tenant", "Only keys of this tenant. Default: the caller's; all for an admin of tenant '*'."), ApiParameter.Flag("ended", "Also those that were revoked or have expired.")],
            Errors = [400, 503],
        });
        api.MapPost("/keys", CreateAsync).Needs(Permissions.KeysManage).WithMetadata(new ApiOperation("create_key", "Makes an API key")
        {
            Description = "secret is the key itself: it is in this answer and nowhere else.",
            Request = CreateKeyRequest.Descriptor,
            Response = CreateKeyResponse.Descriptor,
            Success = StatusCodes.Status201Created,
            Errors = [400, 413, 415, 429, 503],
        });
        api.MapDelete("/keys/{key}", RevokeAsync).Needs(Permissions.KeysManage).WithMetadata(new ApiOperation("revoke_key", "Takes an API key out of use")
        {
            Description = "key is agk_ and the id. It counts on every replica within half a second; what the key has open ends, too.",
            Response = RevokeKeyResponse.Descriptor,
            Errors = [400, 404, 409, 503],
        });
    }

    private static IResult WhoAmI(HttpContext context)
    {
        _ = new QueryReader(context);
        return ProtoBody.Result(KeyDesk.WhoIs(Callers.IdentityOf(context)));
    }

    private static async Task<IResult> ListAsync(HttpContext context, [FromServices] KeyDesk keys)
    {
        var query = new QueryReader(context, "tenant", "ended");
        var request = new ListKeysRequest { Tenant = query.Text("tenant"), IncludeEnded = query.Flag("ended") };
        return ProtoBody.Result(await keys.ListAsync(request, Callers.IdentityOf(context), context.RequestAborted));
    }

    private static async Task<IResult> CreateAsync(HttpContext context, [FromServices] KeyDesk keys)
    {
        _ = new QueryReader(context);
        var request = await ProtoBody.ReadAsync<CreateKeyRequest>(context);
        context.Response.Headers.CacheControl = "no-store";
        return ProtoBody.Result(await keys.CreateAsync(request, Callers.IdentityOf(context), context.RequestAborted), StatusCodes.Status201Created);
    }

    private static async Task<IResult> RevokeAsync(HttpContext context, [FromRoute] string key, [FromServices] KeyDesk keys)
    {
        _ = new QueryReader(context);
        return ProtoBody.Result(await keys.RevokeAsync(new RevokeKeyRequest { Key = key }, Callers.IdentityOf(context), context.RequestAborted));
    }
}
