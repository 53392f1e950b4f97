using System.Text.Json;
using Google.Protobuf.WellKnownTypes;

namespace Agents.Hosting.Calls;

/// <summary>Puts large values in the place of their references in an input.</summary>
internal static class ArtifactInputs
{
    private const long MaxBytes = 256L * 1024 * 1024;
    private static readonly JsonElement Null = JsonSerializer.SerializeToElement<object?>(null);

    /// <summary>The values of all references. Null: there are none.</summary>
    public static async ValueTask<IReadOnlyDictionary<ArtifactValue, JsonElement>?> ResolveAsync(Struct input, TaskArtifacts artifacts, CancellationToken cancellationToken)
    {
        List<ArtifactValue>? references = null;
        ArtifactValue.Collect(input, ref references);
        if (references is null)
            return null;

        var values = new Dictionary<ArtifactValue, JsonElement>();
        foreach (var group in references.Distinct().GroupBy(reference => reference.Id))
        {
            var root = await FetchAsync(group.Key, artifacts, cancellationToken);
            foreach (var reference in group)
                values[reference] = Select(root, reference.Path);
        }

        return values;
    }

    private static async Task<JsonElement> FetchAsync(string id, TaskArtifacts artifacts, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        using var limited = new LimitedStream(content, MaxBytes);
        if (await artifacts.DownloadAsync(id, limited, cancellationToken) is null)
            throw new TaskFailedException(FailureCodes.InvalidInput, $"Invalid input: artifact {id} is not there.", retryable: true);

        try
        {
            content.Position = 0;
            using var document = await JsonDocument.ParseAsync(content, cancellationToken: cancellationToken);
            return document.RootElement.Clone();
        }
        catch (JsonException exception)
        {
            throw new TaskFailedException(FailureCodes.InvalidInput, $"Invalid input: artifact {id} is not JSON: {exception.Message}");
        }
    }

    // As in a plan's references: a missing path is null.
    private static JsonElement Select(JsonElement value, string path)
    {
        foreach (var part in path.Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty(part, out var property))
                value = property;
            else if (value.ValueKind == JsonValueKind.Array && int.TryParse(part, out var index) && index >= 0 && index < value.GetArrayLength())
                value = value[index];
            else
                return Null;
        }

        return value;
    }
}
