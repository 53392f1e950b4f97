using System.Globalization;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace Orchestrator.Api.OpenApi;

/// <summary>The OpenAPI document: one operation for each <see cref="ApiOperation"/> in the routes' metadata.</summary>
internal static class OpenApiSetup
{
    private const string ProblemName = "Problem";
    private const string KeyName = "api_key";

    public static void AddAgentsOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<ApiOperation>().Any();
        options.AddOperationTransformer((operation, context, _) =>
        {
            var described = context.Description.ActionDescriptor.EndpointMetadata.OfType<ApiOperation>().Single();
            Describe(operation, described, context.Description.RelativePath ?? "", context.Document!);
            return Task.CompletedTask;
        });
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Agents",
                Version = "v1",
                Description = "Runs of several agents: submit, watch, steer, approve, result; schedules; what waits. Bodies are the messages of agents.v1 as proto3 JSON with snake_case names.",
            };
            // Where it was asked for is where it is.
            document.Servers = [];
            document.AddComponent(KeyName, new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API key: agk_ID_SECRET." } as IOpenApiSecurityScheme);
            document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyName, document)] = [] }];
            return Task.CompletedTask;
        });
    });

    private static void Describe(OpenApiOperation operation, ApiOperation described, string path, OpenApiDocument document)
    {
        var schemas = new ProtoSchemas(document);
        operation.OperationId = described.Id;
        operation.Summary = described.Summary;
        operation.Description = described.Description.Length > 0 ? described.Description : null;
        operation.Tags = null;
        operation.Parameters = [.. PathParameters(path), .. described.Query.Select(QueryParameter)];
        operation.RequestBody = described.Request is null && !described.RequestBytes ? null : new OpenApiRequestBody
        {
            Required = !described.RequestOptional,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [described.RequestBytes ? "*/*" : "application/json"] = new() { Schema = described.Request is { } message ? schemas.Of(message) : Bytes() },
            },
        };
        operation.Responses = new OpenApiResponses
        {
            [described.Success.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(described.Success),
                Content = described.Success == StatusCodes.Status204NoContent
                    ? null
                    : described.ResponseMediaTypes.ToDictionary(type => type, type => new OpenApiMediaType { Schema = Answer(described, type, schemas) }),
                Headers = described.Success == StatusCodes.Status202Accepted
                    ? new Dictionary<string, IOpenApiHeader> { ["Location"] = new OpenApiHeader { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uri-reference" } } }
                    : null,
            },
        };
        // Whoever may not call is told so everywhere.
        foreach (var status in described.Errors.Concat([StatusCodes.Status401Unauthorized, StatusCodes.Status403Forbidden]).Distinct())
        {
            operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(status),
                Content = new Dictionary<string, OpenApiMediaType> { ["application/problem+json"] = new() { Schema = ProblemSchema(document) } },
                Headers = status == StatusCodes.Status429TooManyRequests
                    ? new Dictionary<string, IOpenApiHeader> { ["Retry-After"] = new OpenApiHeader { Description = "Seconds.", Schema = new OpenApiSchema { Type = JsonSchemaType.Integer } } }
                    : null,
            };
        }
    }

    private static IOpenApiSchema Answer(ApiOperation described, string mediaType, ProtoSchemas schemas)
    {
        if (described.ResponseSchema is { } own)
            return own;
        if (described.Response is null)
            return Bytes();
        var message = schemas.Of(described.Response);
        // Of a stream, the schema is that of one event's data; a page holds several.
        return mediaType == "application/json" && described.ResponseMediaTypes.Contains("text/event-stream")
            ? new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["events"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = message },
                    ["last_version"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "int64", Description = "To be given as `after` for the next page." },
                    ["complete"] = new OpenApiSchema { Type = JsonSchemaType.Boolean, Description = "Whether the run has ended and this page reaches its last event." },
                },
            }
            : message;
    }

    private static OpenApiSchema Bytes() => new() { Type = JsonSchemaType.String, Format = "binary" };

    private static IEnumerable<IOpenApiParameter> PathParameters(string path) =>
        path.Split('/').Where(part => part.StartsWith('{')).Select(part => new OpenApiParameter
        {
            Name = part.Trim('{', '}', '*'),
            In = ParameterLocation.Path,
            Required = true,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = RequestLimits.MaxName },
        });

    private static OpenApiParameter QueryParameter(ApiParameter parameter) => new()
    {
        Name = parameter.Name,
        In = ParameterLocation.Query,
        Description = parameter.Description,
        Schema = parameter.Schema,
        Explode = parameter.Repeated,
    };

    private static OpenApiSchemaReference ProblemSchema(OpenApiDocument document)
    {
        var schemas = (document.Components ??= new OpenApiComponents()).Schemas ??= new Dictionary<string, IOpenApiSchema>();
        if (!schemas.ContainsKey(ProblemName))
        {
            OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
            document.AddComponent(ProblemName, new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "RFC 9457 problem details.",
                Required = new HashSet<string> { "type", "title", "status", "detail", "code" },
                Properties = new Dictionary<string, IOpenApiSchema>
                {
                    ["type"] = Text("urn:agents:problem: and the code."),
                    ["title"] = Text("The HTTP status in words."),
                    ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
                    ["detail"] = Text("For people: names the field, the value and the rule."),
                    ["code"] = Text("For programs, e.g. UNKNOWN_PLAYBOOK."),
                    ["field"] = Text("The field at fault."),
                    ["trace_id"] = Text("W3C trace id."),
                },
            });
        }

        return new OpenApiSchemaReference(ProblemName, document);
    }
}
