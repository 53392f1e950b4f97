using System.Text.Json.Nodes;
using Google.Protobuf.Reflection;
using Microsoft.OpenApi;
using Protos.V1;

namespace Orchestrator.Api.OpenApi;

/// <summary>What the OpenAPI document says of a route. The route's path parameters are read from its pattern.</summary>
/// <param name="Id">Unique, snake case.</param>
/// <param name="Summary">A few words.</param>
internal sealed record ApiOperation(string Id, string Summary)
{
    public string Description { get; init; } = "";

    /// <summary>The message in the request's body; null: there is no body.</summary>
    public MessageDescriptor? Request { get; init; }

    public bool RequestOptional { get; init; }

    /// <summary>Whether the request's body is bytes of any kind.</summary>
    public bool RequestBytes { get; init; }

    /// <summary>The message in the answer's body; null: bytes, or nothing where the status is 204.</summary>
    public MessageDescriptor? Response { get; init; }

    /// <summary>The answer's schema where no message describes it.</summary>
    public OpenApiSchema? ResponseSchema { get; init; }

    public string[] ResponseMediaTypes { get; init; } = ["application/json"];

    /// <summary>HTTP status when it goes well.</summary>
    public int Success { get; init; } = StatusCodes.Status200OK;

    /// <summary>HTTP statuses that come with problem details.</summary>
    public int[] Errors { get; init; } = [];

    public ApiParameter[] Query { get; init; } = [];
}

/// <summary>A query parameter.</summary>
internal sealed record ApiParameter(string Name, string Description, OpenApiSchema Schema, bool Repeated = false)
{
    public static ApiParameter Text(string name, string description) =>
        new(name, description, new OpenApiSchema { Type = JsonSchemaType.String });

    public static ApiParameter Flag(string name, string description) =>
        new(name, description, new OpenApiSchema { Type = JsonSchemaType.Boolean });

    public static ApiParameter Integer(string name, string description, long least, long? most) =>
        new(name, description, new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = $"{least}", Maximum = most is null ? null : $"{most}" });

    public static ApiParameter States(string name, string description) => new(name, description, new OpenApiSchema
    {
        Type = JsonSchemaType.Array,
        Items = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = [.. TaskView.Descriptor.FindFieldByName("status").EnumType.Values.Skip(1).Select(value => (JsonNode)value.Name)],
        },
    }, Repeated: true);
}
