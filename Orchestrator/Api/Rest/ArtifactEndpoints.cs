using Grpc.Core;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Artifacts;
using Orchestrator.Limits;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>Artifacts, as the bytes that they are.</summary>
internal static class ArtifactEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/artifacts", PostAsync).Needs(Permissions.ArtifactsWrite).WithMetadata(new ApiOperation("upload_artifact", "Uploads an artifact")
        {
            Description = "The body is its bytes, of any length up to Limits:UploadBytes (4 GiB unless set). What is there already is not stored again.",
            Query = [ApiParameter.Text("id", "The id that the bytes must have. Left out: any.")],
            RequestBytes = true,
            Response = ArtifactRef.Descriptor,
            Success = StatusCodes.Status201Created,
            Errors = [400, 413, 429, 503],
        });
        api.MapGet("/artifacts/{id}", GetAsync).Needs(Permissions.ArtifactsRead).WithMetadata(new ApiOperation("get_artifact", "Downloads an artifact")
        {
            Description = "An artifact never changes; its id is its entity tag: with If-None-Match one learns whether it is there (304). From now on it is kept for an hour, as if it had been uploaded again.",
            ResponseMediaTypes = ["application/octet-stream"],
            Errors = [400, 404, 503],
        });
    }

    private static async Task<IResult> PostAsync(HttpContext context, [FromServices] ArtifactQuota quota, [FromServices] IOptions<LimitOptions> limits)
    {
        var query = new QueryReader(context, "id");
        var expected = query.Text("id") is { Length: > 0 } id ? ArtifactIds.ToStore(id, "id") : null;
        var mediaType = context.Request.ContentType is { Length: > 0 } given ? given : "application/octet-stream";
        var tenant = Callers.Of(context).Tenant;
        using var counted = quota.Upload(tenant);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = limits.Value.UploadBytes;
        try
        {
            ArtifactNames.CheckMediaType(mediaType);
            var info = await quota.StoreAsync(tenant, context.Request.Body, mediaType, expected, context.RequestAborted);
            context.Response.Headers.Location = $"/api/artifacts/{ArtifactIds.ToWire(info.Id)}";
            return ProtoBody.Result(Reference(info), StatusCodes.Status201Created);
        }
        catch (ArgumentException refused)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", $"Content-Type: {refused.Message}", "Content-Type");
        }
        catch (ArtifactHashException refused)
        {
            throw new RequestRefusedException(StatusCode.InvalidArgument, "INVALID_INPUT", $"id: {refused.Message}", "id");
        }
    }

    private static ArtifactRef Reference(ArtifactInfo info) => new() { Id = ArtifactIds.ToWire(info.Id), MediaType = info.MediaType, Size = info.Size };

    private static async Task<IResult> GetAsync(HttpContext context, [FromRoute] string id, [FromServices] IArtifactStore artifacts)
    {
        _ = new QueryReader(context);
        var stored = ArtifactIds.ToStore(id, "id");
        var tenant = Callers.Of(context).Tenant;
        var info = await artifacts.RenewAsync(tenant, stored, context.RequestAborted) ?? throw Unknown(id);
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
