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
    private PolicyRules _rules;
    private DateTimeOffset _loadedAt;
    private string _complaint = "";
    private (int Line, int Column) _place;
    private DateTimeOffset _complainedAt;
    private long _looked;

    /// <exception cref="PolicyFileException">There are no rules to begin with.</exception>
    public PolicySource(IOptions<PolicyOptions> options, TimeProvider time, ILogger<PolicySource> logger)
    {
        (_file, _every) = (options.Value.File, TimeSpan.FromSeconds(options.Value.ReloadSeconds));
        (_time, _logger) = (time, logger);
        try
        {
            var text = File.ReadAllText(_file);
            _rules = PolicyReader.Read(text);
            _current = Take(text, _rules);
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

    /// <summary>What is in force, and what is wrong with the file, after a look at it when that is due.</summary>
    public PolicyStatus Status()
    {
        Current();
        lock (_gate)
        {
            return new PolicyStatus(_file, _text, _rules, _loadedAt, _complaint, _place.Line, _place.Column, _complainedAt);
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
        var place = (0, 0);
        try
        {
            var text = File.ReadAllText(_file);
            if (text == _text)
            {
                _complaint = "";
                return;
            }

            _current = Take(text, PolicyReader.Read(text));
            _complaint = "";
            return;
        }
        catch (PolicyFileException e)
        {
            (complaint, place) = (e.Message, (e.Line, e.Column));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            complaint = e.Message;
        }

        if (complaint != _complaint)
        {
            PolicyLog.Broken(_logger, _file, complaint);
            _complainedAt = _time.GetUtcNow();
        }

        (_complaint, _place) = (complaint, place);
    }

    private RuleEvaluator Take(string text, PolicyRules rules)
    {
        (_text, _rules, _loadedAt) = (text, rules, _time.GetUtcNow());
        PolicyLog.Loaded(_logger, rules.Rules.Count, _file);
        return new RuleEvaluator(rules);
    }
}

/// <summary>The rules in force, and what is wrong with their file.</summary>
/// <param name="Text">The file as it was when it was last good.</param>
/// <param name="LoadedAt">When that was read.</param>
/// <param name="Complaint">Why the file as it stands now is not in force; empty: it is.</param>
/// <param name="Line">From 1; 0: not known.</param>
/// <param name="Column">From 1; 0: not known.</param>
/// <param name="ComplainedAt">Since when; of no meaning without a complaint.</param>
internal sealed record PolicyStatus(
    string File, string Text, PolicyRules Rules, DateTimeOffset LoadedAt, string Complaint, int Line, int Column, DateTimeOffset ComplainedAt);
