using Grpc.Core;
using Microsoft.AspNetCore.Mvc;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Artifacts;
using Orchestrator.Processing;

namespace Orchestrator.Api.Rest;

/// <summary>Artifacts, as the bytes that they are.</summary>
internal static class ArtifactEndpoints
{
    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/artifacts/{id}", GetAsync).Needs(Permissions.ArtifactsRead).WithMetadata(new ApiOperation("get_artifact", "Downloads an artifact")
        {
            Description = "An artifact never changes; its id is its entity tag.",
            ResponseMediaTypes = ["application/octet-stream"],
            Errors = [400, 404, 503],
        });

    private static async Task<IResult> GetAsync(HttpContext context, [FromRoute] string id, [FromServices] IArtifactStore artifacts)
    {
        _ = new QueryReader(context);
        var stored = ArtifactIds.ToStore(id, "id");
        var tenant = Callers.Of(context).Tenant;
        var info = await artifacts.GetAsync(tenant, stored, context.RequestAborted) ?? throw Unknown(id);
        var headers = context.Response.Headers;
        headers.ETag = $"\"{ArtifactIds.ToWire(info.Id)}\"";
        headers.CacheControl = "private, immutable, max-age=31536000";
        if (context.Request.Headers.IfNoneMatch.ToString() == headers.ETag)
            return Results.StatusCode(StatusCodes.Status304NotModified);
        // Agents write these from what they read: a browser must neither guess their type nor run them here.
        headers.XContentTypeOptions = "nosniff";
        headers.ContentSecurityPolicy = "default-src 'none'; sandbox";
        headers.ContentDisposition = "attachment";
        var content = await artifacts.OpenAsync(tenant, stored, context.RequestAborted) ?? throw Unknown(id);
        headers.ContentLength = info.Size;
        return Results.Stream(content, info.MediaType);
    }

    private static RequestRefusedException Unknown(string id) =>
        new(StatusCode.NotFound, "UNKNOWN_ARTIFACT", $"There is no artifact '{id}'.", "id");
}
