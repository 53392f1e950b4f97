namespace Aspire.Hosting.Kubernetes.Publishing;

/// <summary>How names look in a chart.</summary>
internal static class Helm
{
    public const string Parameters = "parameters";
    public const string Secrets = "secrets";
    public const string Config = "config";

    /// <summary>A key of values.yaml: templates cannot name one with a hyphen.</summary>
    public static string Key(string name) => name.Replace('-', '_');

    /// <summary>A template that becomes a value.</summary>
    public static string Value(string section, string resource, string key) => $"{{{{ .Values.{section}.{Key(resource)}.{Key(key)} }}}}";

    /// <summary>The name of an object of a resource.</summary>
    public static string Name(string resource, string kind) => $"{resource.ToLowerInvariant()}-{kind}";

    public static bool IsTemplate(string text) => text.Contains("{{", StringComparison.Ordinal) && text.Contains(".Values.", StringComparison.Ordinal);

    public static bool IsSecret(string text) => IsTemplate(text) && text.Contains($".Values.{Secrets}.", StringComparison.Ordinal);
}

/// <summary>A setting of a resource: what the manifest has, and what values.yaml has.</summary>
/// <param name="Template">What the manifest has.</param>
/// <param name="Key">The key in values.yaml.</param>
/// <param name="Default">The value there.</param>
internal sealed record HelmSetting(string Template, string Key, object Default);
