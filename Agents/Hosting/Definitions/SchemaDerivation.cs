using System.ComponentModel;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;

namespace Agents.Hosting.Definitions;

/// <summary>JSON Schemas of inputs and outputs, from the records themselves.</summary>
internal static class SchemaDerivation
{
    private static readonly JsonSchemaExporterOptions ExporterOptions = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = Describe,
    };

    /// <summary>The schema, or null when the type says nothing but "an object".</summary>
    /// <param name="type">A record.</param>
    /// <param name="where">For the message, e.g. <c>input of reviewer/security</c>.</param>
    /// <param name="input">Whether null is allowed wherever a field may be absent: playbooks pass on what was not given.</param>
    public static JsonObject? Derive(Type type, string where, bool input)
    {
        if (IsAnyObject(type))
            return null;

        JsonNode schema;
        try
        {
            schema = AgentJson.Options.GetJsonSchemaAsNode(type, ExporterOptions);
        }
        catch (Exception exception) when (exception is NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new AgentDefinitionException($"The {where}, {type}, cannot be described by a JSON Schema: {exception.Message}");
        }

        if (schema is not JsonObject root || !IsObject(root["type"]))
            throw new AgentDefinitionException($"The {where} is {type}, whose JSON is not an object; use a record.");

        root["type"] = "object";
        if (input)
            AllowNullForOptional(root);
        return root;
    }

    private static bool IsAnyObject(Type type) =>
        type == typeof(JsonElement) || type == typeof(JsonObject) || type == typeof(Google.Protobuf.WellKnownTypes.Struct);

    private static bool IsObject(JsonNode? type) => type switch
    {
        JsonValue value => value.GetValue<string>() == "object",
        JsonArray several => several.Any(item => item?.GetValue<string>() == "object"),
        _ => false,
    };

    private static void AllowNullForOptional(JsonObject root)
    {
        if (root["properties"] is not JsonObject properties)
            return;

        var required = root["required"] is JsonArray names ? names.Select(name => name!.GetValue<string>()).ToHashSet() : [];
        foreach (var (name, property) in properties)
        {
            if (property is JsonObject schema && !required.Contains(name))
                SchemaNodes.AllowNull(schema);
        }
    }

    private static JsonNode Describe(JsonSchemaExporterContext context, JsonNode schema)
    {
        var provider = context.PropertyInfo is { } property
            ? property.AssociatedParameter?.AttributeProvider ?? property.AttributeProvider
            : context.TypeInfo.Type;
        var description = Find(provider) ?? Find(context.PropertyInfo?.AttributeProvider) ?? Find(context.TypeInfo.Type);
        if (schema is not JsonObject known)
        {
            // `true`: anything. Only a description makes it an object.
            if (description is null)
                return schema;
            known = [];
        }

        RequireWhatIsRequired(known, context.TypeInfo);
        if (description is not null && !known.ContainsKey("description"))
            known.Insert(0, "description", description);
        SchemaNodes.Constrain(known, provider);
        SchemaNodes.Constrain(known, context.PropertyInfo?.AttributeProvider);
        return known;
    }

    // The exporter goes by constructors alone; reading goes by the settings, which let absent stand for null.
    private static void RequireWhatIsRequired(JsonObject schema, JsonTypeInfo type)
    {
        if (schema["required"] is not JsonArray required)
            return;

        var names = type.Properties.Where(property => property.IsRequired).Select(property => property.Name).ToHashSet();
        required.RemoveAll(name => !names.Contains(name!.GetValue<string>()));
        if (required.Count == 0)
            schema.Remove("required");
    }

    private static string? Find(ICustomAttributeProvider? provider) =>
        provider?.GetCustomAttributes(typeof(DescriptionAttribute), inherit: false) is [DescriptionAttribute found, ..] ? found.Description : null;
}
