using System.Text.Json.Nodes;
using Agents.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Tests.Shared;

namespace Agents.Tools.Tests;

/// <summary>A real folder, a folder beside it that nothing may touch, and the tools as a process has them.</summary>
internal sealed class ToolFixture : IDisposable
{
    private readonly ServiceProvider _services;

    public ToolFixture(params (string Key, string Value)[] settings)
        : this(null, settings)
    {
    }

    public ToolFixture(Action<IServiceCollection>? add, params (string Key, string Value)[] settings)
    {
        Root = Directory.CreateTempSubdirectory("tools-").FullName;
        Outside = Directory.CreateTempSubdirectory("outside-").FullName;
        File.WriteAllText(Path.Combine(Outside, "secret.txt"), "secret");
        var services = new ServiceCollection();
        add?.Invoke(services);
        services.AddTools(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key.StartsWith("ConnectionStrings:", StringComparison.Ordinal) || setting.Key.StartsWith("Skills:", StringComparison.Ordinal) ? setting.Key : $"Tools:{setting.Key}", (string?)setting.Value))).Build());
        _services = services.BuildServiceProvider();
        Folder = _services.GetRequiredService<ToolFolders>().Open(Root);
    }

    public string Root { get; }

    public string Outside { get; }

    public ToolFolder Folder { get; }

    public ToolRegistry Registry => _services.GetRequiredService<ToolRegistry>();

    public void Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    public Task<JsonObject> CallAsync(string tool, string arguments, CancellationToken cancellationToken = default, params string[] grants) =>
        Registry.Find(tool)!.RunAsync(JsonNode.Parse(arguments)!.AsObject(), new ToolCallContext(Folder, new ToolGrant([.. grants, .. HostNamespaces.Grants], "")), cancellationToken);

    /// <summary>A call that policy allows and grants nothing to, wherever this runs.</summary>
    public Task<JsonObject> CallPlainAsync(string tool, string arguments) =>
        Registry.Find(tool)!.RunAsync(JsonNode.Parse(arguments)!.AsObject(), new ToolCallContext(Folder, ToolGrant.Plain), CancellationToken.None);

    public async Task<Exception> FailAsync(string tool, string arguments, params string[] grants)
    {
        try
        {
            var output = await CallAsync(tool, arguments, CancellationToken.None, grants);
            throw new ShouldAssertException($"It went well: {output.ToJsonString()}");
        }
        catch (Exception exception) when (exception is ToolException or Workspaces.WorkspaceException)
        {
            return exception;
        }
    }

    /// <summary>Everything below a folder: path, link, content.</summary>
    public static string[] Everything(string folder) => [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
        .Select(entry => $"{entry.FullName[folder.Length..]}|{entry.LinkTarget}|{(entry is FileInfo { LinkTarget: null, Length: < 1_000_000 } file ? File.ReadAllText(file.FullName) : "")}").Order(StringComparer.Ordinal)];

    public void Dispose()
    {
        Folder.Dispose();
        _services.Dispose();
        Directory.Delete(Root, recursive: true);
        Directory.Delete(Outside, recursive: true);
    }
}
