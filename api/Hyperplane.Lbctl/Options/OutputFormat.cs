namespace Hyperplane.Lbctl.Options;

/// <summary>How answers are printed.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>The API's own JSON, indented.</summary>
    Json,

    /// <summary>The same content as YAML.</summary>
    Yaml,
}
