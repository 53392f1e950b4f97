using Microsoft.Extensions.Options;
using Orchestrator.Policy.Rules;

namespace Orchestrator.Policy;

/// <summary>
/// The rules in force. The file is looked at again when a decision is asked for and the last look is
/// <see cref="PolicyOptions.ReloadSeconds"/> ago; one that is broken or gone changes nothing, and the log says so once.
/// </summary>
internal sealed class PolicySource
{
    private readonly string _file;
    private readonly TimeSpan _every;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private volatile RuleEvaluator _current;
    private string _text = "";
    private string _complaint = "";
    private long _looked;

    /// <exception cref="PolicyFileException">There are no rules to begin with.</exception>
    public PolicySource(IOptions<PolicyOptions> options, TimeProvider time, ILogger<PolicySource> logger)
    {
        (_file, _every) = (options.Value.File, TimeSpan.FromSeconds(options.Value.ReloadSeconds));
        (_time, _logger) = (time, logger);
        try
        {
            _current = Load(File.ReadAllText(_file));
        }
        catch (Exception e) when (e is PolicyFileException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"Setting Policy:File is \"{_file}\", which cannot be used: {e.Message}", e);
        }

        _looked = time.GetTimestamp();
    }

    /// <summary>Why the file as it stands now is not in force; empty: it is.</summary>
    public string Complaint
    {
        get
        {
            lock (_gate)
            {
                return _complaint;
            }
        }
    }

    public RuleEvaluator Current()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _looked)) < _every)
        {
            return _current;
        }

        lock (_gate)
        {
            if (_time.GetElapsedTime(_looked) >= _every)
            {
                Look();
                Volatile.Write(ref _looked, _time.GetTimestamp());
            }
        }

        return _current;
    }

    private void Look()
    {
        string complaint;
        try
        {
            var text = File.ReadAllText(_file);
            if (text == _text)
            {
                _complaint = "";
                return;
            }

            _current = Load(text);
            _complaint = "";
            return;
        }
        catch (Exception e) when (e is PolicyFileException or IOException or UnauthorizedAccessException)
        {
            complaint = e.Message;
        }

        if (complaint != _complaint)
        {
            PolicyLog.Broken(_logger, _file, complaint);
        }

        _complaint = complaint;
    }

    private RuleEvaluator Load(string text)
    {
        var rules = PolicyReader.Read(text);
        _text = text;
        PolicyLog.Loaded(_logger, rules.Rules.Count, _file);
        return new RuleEvaluator(rules);
    }
}
