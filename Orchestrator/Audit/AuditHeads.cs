using System.Collections.Concurrent;
using System.Text;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using Orchestrator.Dispatch;

namespace Orchestrator.Audit;

/// <summary>
/// Keeps the signed heads of runs, beside the store and not in it. An append only notes where its log stands; signing and
/// writing are done later, once for all appends of a moment.
/// </summary>
internal sealed class AuditHeads : BackgroundService
{
    private readonly ConcurrentDictionary<string, (string Tenant, long Version, ByteString Hash, bool Ended)> _noted = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _gate = new(1);
    private readonly string _folder;
    private readonly string _file;
    private readonly TimeSpan _every;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public AuditHeads(IOptions<AuditOptions> options, IConfiguration configuration, TimeProvider time, ILogger<AuditHeads> logger)
    {
        var beside = Path.GetDirectoryName(configuration["Security:KeyFile"] is { Length: > 0 } file ? file : Path.Combine(".agents", "credential.key")) ?? "";
        Key = AttemptCredentials.FromFile(options.Value.KeyFile.Length > 0 ? options.Value.KeyFile : Path.Combine(beside, "audit.key"), "Audit:KeyFile");
        _folder = options.Value.Path.Length > 0 ? options.Value.Path : Path.Combine(beside, "audit");
        Directory.CreateDirectory(_folder);
        _file = Path.Combine(_folder, $"heads-{time.GetUtcNow():yyyyMMddHHmmss}-{Guid.NewGuid():N}.jsonl");
        _every = TimeSpan.FromSeconds(options.Value.CheckpointSeconds);
        (_time, _logger) = (time, logger);
    }

    public byte[] Key { get; }

    /// <summary>Logs that have grown since they were last signed.</summary>
    public int Waiting => _noted.Count;

    /// <summary>A log has grown.</summary>
    public void Note(string runId, string tenant, long version, ByteString hash, bool ended) => _noted[runId] = (tenant, version, hash, ended);

    /// <summary>The heads of a run that were kept by any replica, those with a wrong signature too.</summary>
    public async Task<List<AuditHead>> ReadAsync(string runId, CancellationToken ct)
    {
        await FlushAsync(ct);
        var found = new List<AuditHead>();
        foreach (var file in Directory.EnumerateFiles(_folder, "heads-*.jsonl"))
        {
            var options = new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete };
            using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, options);
            while (await reader.ReadLineAsync(ct) is { } line)
            {
                if (line.Contains(runId, StringComparison.Ordinal) && AuditHead.Parse(line) is { } head && head.RunId == runId)
                {
                    found.Add(head);
                }
            }
        }

        return found;
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await FlushAsync(CancellationToken.None);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_every, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await FlushAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The last heads are written by StopAsync.
        }
    }

    private async Task FlushAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            var lines = new StringBuilder();
            var written = new List<KeyValuePair<string, (string Tenant, long Version, ByteString Hash, bool Ended)>>();
            var now = _time.GetUtcNow();
            foreach (var noted in _noted)
            {
                lines.Append(AuditHead.Sign(Key, noted.Key, noted.Value.Tenant, noted.Value.Version, noted.Value.Hash.Span, noted.Value.Ended, now).ToLine()).Append('\n');
                written.Add(noted);
            }

            if (written.Count == 0)
            {
                return;
            }

            await File.AppendAllTextAsync(_file, lines.ToString(), ct);
            foreach (var done in written)
            {
                _noted.TryRemove(done); // unless it has grown since
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AuditLog.NotWritten(_logger, _file, e.Message);
        }
        finally
        {
            _gate.Release();
        }
    }
}

/// <summary>Log events 2800-2899: audit.</summary>
internal static partial class AuditLog
{
    [LoggerMessage(2800, LogLevel.Error, "Audit: the signed heads cannot be written to {File}; they are tried again: {Message}")]
    public static partial void NotWritten(ILogger logger, string file, string message);
}
