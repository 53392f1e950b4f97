namespace Agents.Rules;

/// <summary>The languages a rule reads.</summary>
[Flags]
public enum Languages
{
    /// <summary>Not source that any rule reads.</summary>
    None = 0,

    /// <summary>C#.</summary>
    CSharp = 1,

    /// <summary>JavaScript.</summary>
    JavaScript = 2,

    /// <summary>TypeScript.</summary>
    TypeScript = 4,

    /// <summary>Python.</summary>
    Python = 8,

    /// <summary>Configuration, scripts and other text.</summary>
    Text = 16,

    /// <summary>Java.</summary>
    Java = 32,

    /// <summary>Go.</summary>
    Go = 64,

    /// <summary>Shell scripts.</summary>
    Shell = 128,

    /// <summary>Dockerfiles.</summary>
    Docker = 256,

    /// <summary>YAML.</summary>
    Yaml = 512,

    /// <summary>JavaScript and TypeScript.</summary>
    Script = JavaScript | TypeScript,

    /// <summary>Everything.</summary>
    Any = CSharp | Script | Python | Text | Java | Go | Shell | Docker | Yaml,
}
