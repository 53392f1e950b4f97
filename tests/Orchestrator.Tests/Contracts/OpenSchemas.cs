using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Orchestrator.Contracts;

namespace Orchestrator.Tests.Contracts;

/// <summary>Checks JSON text, with dates left as the texts that they are.</summary>
internal static class OpenSchemas
{
    public static IReadOnlyList<string> Violations(string schema, string json)
    {
        using var reader = new JsonTextReader(new StringReader(json)) { DateParseHandling = DateParseHandling.None };
        return JsonSchemas.Violations(schema, JToken.ReadFrom(reader));
    }
}
