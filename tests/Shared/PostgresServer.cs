using System.Diagnostics;
using System.Globalization;

namespace Tests.Shared;

/// <summary>A PostgreSQL of one's own: a new data folder, a free port on loopback, gone at the end. The server refuses to run as root.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private readonly string _folder;
    private readonly Process _process;
    private readonly int _port;

    private PostgresServer(string folder, Process process, int port) => (_folder, _process, _port) = (folder, process, port);

    private static string Programs { get; } = (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql") : [])
        .Select(version => Path.Combine(version, "bin")).Where(folder => File.Exists(Path.Combine(folder, "postgres"))).Order(StringComparer.Ordinal).LastOrDefault()
        ?? throw new InvalidOperationException("PostgreSQL is not installed; tests/install-needs.sh installs it.");

    /// <summary>For its database <c>postgres</c>, as its owner.</summary>
    public string ConnectionString() => string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={_port};Username=tester;Password=t0p-s3cret;Database=postgres;Timeout=60");

    public static async Task<PostgresServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("postgres-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "password"), "t0p-s3cret");
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "-R", "postgres:", folder);
        await RunAsync("initdb", "--pgdata", $"{folder}/data", "--username=tester", $"--pwfile={folder}/password", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync");
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePorts.Next();
            var process = Start("postgres", "-D", $"{folder}/data", "-p", $"{port}", "-h", "127.0.0.1", "-k", folder, "-F", "-c", "autovacuum=off", "-c", "max_connections=50", "-c", "log_min_messages=fatal");
            if (await IsReadyAsync(process, folder))
                return new PostgresServer(folder, process, port);
            var errors = await process.StandardError.ReadToEndAsync();
            process.Dispose();
            if (attempt == 3)
                throw new InvalidOperationException($"PostgreSQL did not start:\n{errors}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        // SIGINT: it ends its connections and itself.
        await RunAsync("kill", "-INT", $"{_process.Id}");
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // It listens before it is ready; what it is stands in the eighth line of its lock file.
    private static async Task<bool> IsReadyAsync(Process process, string folder)
    {
        var until = Stopwatch.StartNew();
        var file = $"{folder}/data/postmaster.pid";
        while (!process.HasExited && until.Elapsed < TimeSpan.FromSeconds(90))
        {
            try
            {
                if ((await File.ReadAllLinesAsync(file)).ElementAtOrDefault(7)?.Trim() == "ready")
                    return true;
            }
            catch (IOException)
            {
                // It is not there yet, or no more.
            }

            await Task.Delay(20);
        }

        return false;
    }

    private static async Task RunAsync(params string[] words)
    {
        using var process = Start(words);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', words)} ended with {process.ExitCode}:\n{await output}{errors}");
    }

    // setpriv becomes the program, so the process that we know is the server itself.
    private static Process Start(params string[] words)
    {
        if (words[0] is "initdb" or "postgres")
            words = [.. Environment.IsPrivilegedProcess ? (string[])["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [], Path.Combine(Programs, words[0]), .. words.Skip(1)];
        return Process.Start(new ProcessStartInfo(words[0], words.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = "/" })!;
    }
}
