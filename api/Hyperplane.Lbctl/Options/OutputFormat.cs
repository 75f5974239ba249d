namespace Hyperplane.Lbctl.Options;

/// <summary>How answers are printed.</summary>
internal enum OutputFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>For people with wide terminals: more columns.</summary>
    Wide,

    /// <summary>The API's own JSON, indented.</summary>
    Json,

    /// <summary>The same content as YAML.</summary>
    Yaml,

    /// <summary>Names alone, a line each.</summary>
    Name,

    /// <summary>Chosen columns.</summary>
    Columns,
}
