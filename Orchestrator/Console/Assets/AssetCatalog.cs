using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Orchestrator.Console.Assets;

/// <summary>A style sheet, script or picture of the console.</summary>
/// <param name="Name">E.g. <c>layout.css</c>.</param>
/// <param name="MediaType">Its type.</param>
/// <param name="Content">All of it.</param>
/// <param name="Hash">Of the content; changes when it does.</param>
internal sealed record Asset(string Name, string MediaType, byte[] Content, string Hash);

/// <summary>The files that are embedded beside this one.</summary>
internal sealed class AssetCatalog
{
    private const string Prefix = "assets/";
    private readonly FrozenDictionary<string, Asset> _assets = Load().ToFrozenDictionary(asset => asset.Name, StringComparer.Ordinal);

    /// <summary>Every style sheet, in the order in which they are linked: by name.</summary>
    public IEnumerable<string> StyleSheets => _assets.Keys.Where(name => name.EndsWith(".css", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>The file of that name; null: there is none.</summary>
    public Asset? Find(string name) => _assets.GetValueOrDefault(name);

    /// <summary>Where a browser gets it, and may keep it for good: another content has another address.</summary>
    public string Url(string name) => _assets.TryGetValue(name, out var asset)
        ? $"/assets/{name}?v={asset.Hash}"
        : throw new ArgumentException($"There is no asset '{name}'.", nameof(name));

    private static IEnumerable<Asset> Load()
    {
        var assembly = typeof(AssetCatalog).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            yield return new Asset(resource[Prefix.Length..], MediaType(resource), content, Convert.ToHexStringLower(SHA256.HashData(content))[..16]);
        }
    }

    private static string MediaType(string name) => Path.GetExtension(name) switch
    {
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        var other => throw new InvalidOperationException($"{name}: no media type is known for '{other}'."),
    };
}
