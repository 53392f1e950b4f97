namespace Agents.Workspaces;

/// <summary>The languages that are told apart, by file name, extension or the first line of a script.</summary>
public static class Languages
{
    private static readonly Dictionary<string, Language> ByExtension = new(StringComparer.OrdinalIgnoreCase);
    private static readonly Dictionary<string, Language> ByName = new(StringComparer.OrdinalIgnoreCase);
    private static readonly Dictionary<string, Language> ByInterpreter = new(StringComparer.Ordinal);

    /// <summary>C#.</summary>
    public static readonly Language CSharp = CFamily("C#", ".cs .csx");

    /// <summary>JavaScript, with JSX.</summary>
    public static readonly Language JavaScript = CFamily("JavaScript", ".js .mjs .cjs .jsx", "node nodejs deno bun");

    /// <summary>TypeScript, with TSX.</summary>
    public static readonly Language TypeScript = CFamily("TypeScript", ".ts .mts .cts .tsx", "ts-node tsx");

    /// <summary>Python.</summary>
    public static readonly Language Python = Hash("Python", ".py .pyi .pyw", "python python2 python3");

    /// <summary>Markdown.</summary>
    public static readonly Language Markdown = Text("Markdown", ".md .markdown .mdx .mkd");

    /// <summary>reStructuredText.</summary>
    public static readonly Language RestructuredText = Text("reStructuredText", ".rst .rest");

    /// <summary>HTML.</summary>
    public static readonly Language Html = Add(new("HTML", LanguageKind.Document, [], "<!--", "-->"), ".html .htm .xhtml");

    /// <summary>Text without markup.</summary>
    public static readonly Language PlainText = Text("Text", ".txt .text .log");

    /// <summary>Text in no language that is known here.</summary>
    public static readonly Language Unknown = new("Other", LanguageKind.Other, []);

    static Languages()
    {
        Text("AsciiDoc", ".adoc .asciidoc");
        Text("Org", ".org");
        Text("TeX", ".tex");
        Text("Manual page", ".1 .2 .3 .4 .5 .6 .7 .8");
        CFamily("C", ".c .h");
        CFamily("C++", ".cc .cpp .cxx .hh .hpp .hxx .inl");
        CFamily("Java", ".java");
        CFamily("Kotlin", ".kt .kts");
        CFamily("Scala", ".scala");
        CFamily("Go", ".go");
        CFamily("Rust", ".rs");
        CFamily("Swift", ".swift");
        CFamily("Objective-C", ".m .mm");
        CFamily("Dart", ".dart");
        CFamily("Groovy", ".groovy .gradle");
        CFamily("PHP", ".php", "php");
        CFamily("Protocol Buffers", ".proto");
        CFamily("SCSS", ".scss .less");
        Add(new("CSS", LanguageKind.Source, [], "/*", "*/"), ".css");
        Add(new("F#", LanguageKind.Source, ["//"], "(*", "*)"), ".fs .fsx .fsi");
        Add(new("Visual Basic", LanguageKind.Source, ["'"]), ".vb");
        Add(new("SQL", LanguageKind.Source, ["--"], "/*", "*/"), ".sql");
        Add(new("Lua", LanguageKind.Source, ["--"], "--[[", "]]"), ".lua", "lua");
        Add(new("Haskell", LanguageKind.Source, ["--"], "{-", "-}"), ".hs");
        Add(new("Vue", LanguageKind.Source, ["//"], "<!--", "-->"), ".vue .svelte");
        Add(new("Razor", LanguageKind.Source, ["//"], "@*", "*@"), ".razor .cshtml");
        Add(new("Clojure", LanguageKind.Source, [";"]), ".clj .cljs .edn");
        Add(new("Erlang", LanguageKind.Source, ["%"]), ".erl .hrl");
        Add(new("Batch", LanguageKind.Source, ["rem ", "REM ", "::"]), ".bat .cmd");
        Hash("Ruby", ".rb .rake .gemspec", "ruby");
        Hash("Shell", ".sh .bash .zsh .ksh", "sh bash zsh ksh dash ash");
        Hash("Perl", ".pl .pm", "perl");
        Hash("R", ".r");
        Hash("Elixir", ".ex .exs");
        Hash("Julia", ".jl");
        Hash("Nim", ".nim");
        Hash("Terraform", ".tf");
        Add(new("PowerShell", LanguageKind.Source, ["#"], "<#", "#>"), ".ps1 .psm1");
        Named(Hash("Make", ".mk .make"), "Makefile GNUmakefile");
        Named(Hash("Dockerfile", ".dockerfile"), "Dockerfile Containerfile");
        Named(Hash("CMake", ".cmake"), "CMakeLists.txt");
        Data("JSON", ".json .jsonc .json5 .webmanifest .ipynb .har", "//");
        Data("YAML", ".yaml .yml", "#");
        Named(Data("TOML", ".toml", "#"), "Pipfile");
        Named(Data("Configuration", ".ini .cfg .conf .properties .env .editorconfig", "#", ";"), ".env .npmrc .gitignore .gitattributes .dockerignore .editorconfig requirements.txt constraints.txt");
        Data("CSV", ".csv .tsv");
        Add(new("XML", LanguageKind.Data, [], "<!--", "-->"), ".xml .xsd .xsl .xslt .svg .config .csproj .fsproj .vbproj .props .targets .resx .xaml .axaml .nuspec .plist .pom");
        Named(PlainText, "README LICENSE LICENCE COPYING CHANGELOG CHANGES NEWS AUTHORS CONTRIBUTORS NOTICE TODO INSTALL HISTORY UPGRADING THANKS FAQ");
        Named(Hash("Ruby", ""), "Rakefile Gemfile Vagrantfile Podfile");
    }

    /// <summary>The language of a file, by its name first and by its first bytes if the name does not tell.</summary>
    /// <param name="name">File name without folders.</param>
    /// <param name="sample">The first bytes; may be empty.</param>
    public static Language Detect(string name, ReadOnlySpan<byte> sample)
    {
        if (ByName.TryGetValue(name, out var byName))
            return byName;
        var extension = Path.GetExtension(name);
        if (extension.Length > 1 && ByExtension.TryGetValue(extension, out var byExtension))
            return byExtension;
        if (extension.Length == 0 || extension == name)
            return Interpreter(sample) ?? Unknown;
        // README.first, Dockerfile.dev
        return ByName.GetValueOrDefault(name[..name.IndexOf('.', 1)], Unknown);
    }

    private static Language? Interpreter(ReadOnlySpan<byte> sample)
    {
        if (!sample.StartsWith("#!"u8))
            return null;
        var end = sample.IndexOf((byte)'\n');
        var line = System.Text.Encoding.UTF8.GetString(sample[2..(end < 0 ? Math.Min(sample.Length, 200) : end)]);
        foreach (var word in line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
        {
            var program = word[(word.LastIndexOf('/') + 1)..];
            if (program == "env" || program.StartsWith('-') || program.Contains('='))
                continue;
            return ByInterpreter.GetValueOrDefault(program) ?? ByInterpreter.GetValueOrDefault(program.TrimEnd("0123456789.".ToCharArray()));
        }

        return null;
    }

    private static Language CFamily(string name, string extensions, string interpreters = "") =>
        Add(new(name, LanguageKind.Source, ["//"], "/*", "*/"), extensions, interpreters);

    private static Language Hash(string name, string extensions, string interpreters = "") =>
        Add(new(name, LanguageKind.Source, ["#"]), extensions, interpreters);

    private static Language Text(string name, string extensions) => Add(new(name, LanguageKind.Document, []), extensions);

    private static Language Data(string name, string extensions, params string[] comments) => Add(new(name, LanguageKind.Data, comments), extensions);

    private static Language Add(Language language, string extensions, string interpreters = "")
    {
        foreach (var extension in extensions.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            ByExtension[extension] = language;
        foreach (var interpreter in interpreters.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            ByInterpreter[interpreter] = language;
        return language;
    }

    private static void Named(Language language, string names)
    {
        foreach (var name in names.Split(' '))
            ByName[name] = language;
    }
}
