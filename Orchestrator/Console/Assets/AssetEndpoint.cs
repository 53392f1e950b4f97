using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Console.Assets;

/// <summary><c>/assets/…</c></summary>
internal static class AssetEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/assets/{name}", Get).AllowAnonymous().ExcludeFromDescription();

    private static IResult Get(HttpContext context, string name, [FromServices] AssetCatalog assets)
    {
        if (assets.Find(name) is not { } asset)
            return Results.NotFound();
        context.Response.Headers.XContentTypeOptions = "nosniff";
        // Modules import each other without a hash: those are asked for again, and mostly answered by 304.
        context.Response.Headers.CacheControl = context.Request.Query["v"] == asset.Hash ? "public, max-age=31536000, immutable" : "no-cache";
        return Results.Bytes(asset.Content, asset.MediaType, entityTag: new EntityTagHeaderValue($"\"{asset.Hash}\""));
    }
}
