using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;
using Orchestrator.Access;
using Orchestrator.Api.OpenApi;
using Orchestrator.Processing;
using Protos.V1;

namespace Orchestrator.Api.Rest;

/// <summary>
/// What waits, for autoscalers. Numbers are numbers, in a shape that a path leads into: <c>depth</c> for the sum, or with
/// <c>?role=</c> for that role, <c>roles.reviewer.depth</c> for one of several.
/// </summary>
internal static class QueueEndpoint
{
    private static readonly string[] s_counts = ["depth", "running", "capacity", "instances"];

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet("/metrics/queue", GetAsync).Needs(Permissions.RunsRead).WithMetadata(new ApiOperation("get_queue_metrics", "Tells what waits, by role")
        {
            Description = "The fields at the top are over all roles that are told of: sums, and the oldest. With role, that role is there even when nothing waits for it.",
            Query = [ApiParameter.Text("role", "Only this role.")],
            ResponseSchema = Schema(),
            Errors = [400, 503],
        });

    private static async Task<IResult> GetAsync(HttpContext context, [FromServices] IRunEngine engine)
    {
        var request = new GetQueueMetricsRequest { Role = new QueryReader(context, "role").Text("role") };
        RequestLimits.Check(request);
        var metrics = (await engine.QueueAsync(request, context.RequestAborted)).Roles.ToList();
        if (request.Role.Length > 0 && metrics.All(one => one.Role != request.Role))
            metrics.Add(new QueueMetrics { Role = request.Role });
        var answer = Numbers(new QueueMetrics
        {
            Depth = metrics.Sum(one => one.Depth),
            OldestSeconds = metrics.Select(one => one.OldestSeconds).DefaultIfEmpty().Max(),
            Running = metrics.Sum(one => one.Running),
            Capacity = metrics.Sum(one => one.Capacity),
            Instances = metrics.Sum(one => one.Instances),
        });
        answer["roles"] = new JsonObject(metrics.Select(one => KeyValuePair.Create(one.Role, (JsonNode?)Numbers(one))));
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(answer.ToJsonString(), "application/json");
    }

    private static JsonObject Numbers(QueueMetrics one) => new()
    {
        ["depth"] = one.Depth,
        ["oldest_seconds"] = Math.Round(one.OldestSeconds, 3),
        ["running"] = one.Running,
        ["capacity"] = one.Capacity,
        ["instances"] = one.Instances,
    };

    private static OpenApiSchema Schema()
    {
        var top = Role();
        top.Properties!["roles"] = new OpenApiSchema { Type = JsonSchemaType.Object, AdditionalProperties = Role(), Description = "By role." };
        return top;

        static OpenApiSchema Role() => new()
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string>(s_counts) { "oldest_seconds" },
            Properties = s_counts.ToDictionary(name => name, _ => (IOpenApiSchema)new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "0" })
                .Append(KeyValuePair.Create("oldest_seconds", (IOpenApiSchema)new OpenApiSchema { Type = JsonSchemaType.Number, Minimum = "0" })).ToDictionary(),
        };
    }
}
