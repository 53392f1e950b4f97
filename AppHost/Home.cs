using System.Globalization;

namespace AppHost;

/// <summary>The folders of one running app host: data, Redis' data, logs. No two share them.</summary>
internal sealed class Home : IDisposable
{
    private readonly FileStream _lock;

    private Home(string path, FileStream claimed)
    {
        _lock = claimed;
        (Data, Artifacts, Redis, Logs) = (Path.Combine(path, "data"), Path.Combine(path, "artifacts"), Path.Combine(path, "redis"), Path.Combine(path, "logs"));
        Workspaces = Path.Combine(path, "workspaces");
        KeyFile = Path.Combine(path, "credential.key");
        foreach (var folder in (string[])[Data, Artifacts, Redis, Logs])
            Directory.CreateDirectory(folder);
    }

    /// <summary>The journal of the orchestrator's embedded store.</summary>
    public string Data { get; }

    /// <summary>The artifacts of the runs, with either store.</summary>
    public string Artifacts { get; }

    /// <summary>Where agents unpack workspaces that were uploaded.</summary>
    public string Workspaces { get; }

    /// <summary>The key that attempt credentials are signed with; the orchestrator makes it.</summary>
    public string KeyFile { get; }

    /// <summary>The data of a redis-server.</summary>
    public string Redis { get; }

    /// <summary>A file for every resource, and one of the app host.</summary>
    public string Logs { get; }

    /// <summary>Takes a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="besideAnother">Where another app host has it: take a folder of its own below it, instead of failing.</param>
    /// <returns>The folders.</returns>
    public static Home Claim(string path, bool besideAnother)
    {
        Directory.CreateDirectory(path);
        // What runs leave here is no part of the project that the folder may lie in.
        var ignore = Path.Combine(path, ".gitignore");
        if (!File.Exists(ignore))
            File.WriteAllText(ignore, "*\n");
        if (TryLock(path) is { } claimed)
            return new Home(path, claimed);
        if (!besideAnother)
            throw new SetupException($"another app host{Owner(path)} uses the folder {path}: stop it, or give this one a folder of its own with --data.");
        for (var i = 2; i < 100; i++)
        {
            var beside = Path.Combine(path, "beside", $"{i}");
            Directory.CreateDirectory(beside);
            if (TryLock(beside) is { } own)
                return new Home(beside, own);
        }

        throw new SetupException($"too many app hosts use the folder {path}: give this one a folder of its own with --data.");
    }

    public void Dispose()
    {
        File.Delete(Path.Combine(Path.GetDirectoryName(_lock.Name)!, "pid"));
        _lock.Dispose();
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            // The system lets go of it when this process ends, however it ends.
            var file = new FileStream(Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            File.WriteAllText(Path.Combine(path, "pid"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return file;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Who has it, as far as it said so.</summary>
    private static string Owner(string path)
    {
        var file = Path.Combine(path, "pid");
        return File.Exists(file) ? $" (process {File.ReadAllText(file)})" : "";
    }
}
