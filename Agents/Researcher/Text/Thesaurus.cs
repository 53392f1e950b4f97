namespace Agents.Researcher.Text;

/// <summary>Everyday words for what technical documents call otherwise. A found synonym counts less than the word itself.</summary>
internal static class Thesaurus
{
    // One group a line; an entry of several words is looked for as a phrase in a question and as all its words in a passage.
    private const string Groups =
        """
        timeout, time limit, times out, time out, timed out
        delete, remove, erase, unlink, uninstall
        folder, directory
        settings, options, configuration, preferences
        configure, set up, set
        error, exception, failure, fault
        fail, crash, break
        create, generate, scaffold
        start, launch, run, execute, boot
        stop, terminate, kill, shut down, abort, quit
        concurrent, parallel, simultaneous, at the same time
        maximum, max, upper limit, at most, longest, largest, highest, limit
        minimum, min, at least, lower limit, smallest, shortest
        env, environment variable
        login, log in, sign in, authenticate, authentication
        repository, repo
        compile, build
        database, db
        fast, quick, speed, performance
        disable, turn off, switch off, opt out
        enable, turn on, switch on, opt in
        print, display, output, log
        recent, latest, newest
        credential, secret, password
        argument, parameter
        function, method
        image, picture
        deep, depth, nested
        long, length, duration
        wide, width
        high, height
        subprocess, child process
        url, link, address
        copy, clone, duplicate
        change, modify, edit, update, alter
        increase, raise
        decrease, reduce, lower, less
        upgrade, update
        default, out of the box
        forbid, prohibit, deny, disallow, block
        allow, permit
        automatic, automatically
        requirement, prerequisite, required
        version, release
        package, module, dependency, library
        encrypt, encryption
        memory, ram
        expire, expiration, expiry, ttl, time to live
        idle, inactive
        retry, try again, reattempt
        rename, alias, another name, different name
        store, save, persist
        supported, compatible, compatibility
        mock, fake, stub
        hide, conceal
        catch, intercept, handle
        ignore, skip, exclude
        safe, secure, security
        injection, inject
        import, include
        convert, transform, turn into
        old, older, legacy
        new, newer
        large, larger, big, bigger
        small, smaller
        slow, slower
        """;

    private static readonly Dictionary<string, List<string[]>> ByStem = Read();

    /// <summary>The stems of each synonym of a word; a synonym of several words has several.</summary>
    public static IReadOnlyList<string[]> Of(string stem) => ByStem.GetValueOrDefault(stem, []);

    /// <summary>Phrases of several words, by their stems joined with a blank, that stand for one thing.</summary>
    public static IReadOnlyList<string[]> OfPhrase(IEnumerable<string> stems) => ByStem.GetValueOrDefault(string.Join(' ', stems), []);

    /// <summary>The most words a phrase has.</summary>
    public const int LongestPhrase = 4;

    private static Dictionary<string, List<string[]>> Read()
    {
        Dictionary<string, List<string[]>> all = [];
        foreach (var line in Groups.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var entries = line.Split(", ").Select(entry => entry.Split(' ').Select(Stemmer.Stem).ToArray()).ToList();
            foreach (var entry in entries)
            {
                var key = string.Join(' ', entry);
                if (!all.TryGetValue(key, out var others))
                    all[key] = others = [];
                foreach (var other in entries)
                {
                    // Small words in between ("at the same time") are not looked for in a passage.
                    var stems = other.Where(stem => !StopWords.Contains(stem)).ToArray();
                    if (!ReferenceEquals(other, entry) && stems.Length > 0 && !(other.Length > 1 && stems.Length == 1))
                        others.Add(stems);
                }
            }
        }

        return all;
    }
}
