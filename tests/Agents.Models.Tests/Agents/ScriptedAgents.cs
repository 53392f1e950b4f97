using Agents.Models.Tests.Server;

namespace Agents.Models.Tests.Agents;

/// <summary>What the tests of agents with a model have in common: files, and replies by what is asked for.</summary>
internal static class ScriptedAgents
{
    public const string Document = """
        # Storage

        The journal is flushed to disk before a write is acknowledged.

        ## Leases

        A replica that is killed loses its lease after five seconds.
        """;

    /// <summary>Which record is asked for: the name of the schema.</summary>
    public static string Asked(ModelRequest request) => request.Body.GetProperty("response_format").GetProperty("json_schema").GetProperty("name").GetString()!;

    public static TemporaryFiles Files() => new() { ["docs/storage.md"] = Document };
}

internal sealed class TemporaryFiles : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("models-").FullName;

    public string this[string name]
    {
        set
        {
            var path = System.IO.Path.Combine(Path, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllText(path, value);
        }
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
