namespace Orchestrator.Planning.Yaml;

/// <summary>A file that is no YAML document, or one that breaks a limit.</summary>
/// <param name="line">From 1.</param>
/// <param name="column">From 1.</param>
internal sealed class YamlSyntaxException(int line, int column, string reason, Exception? innerException = null)
    : Exception(reason, innerException)
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}
