namespace Hyperplane.Controller.Store;

/// <summary>A row of a list that names order and tags choose from.</summary>
internal interface ITagged
{
    /// <summary>In order of creation, never reused.</summary>
    long Serial { get; }

    string Name { get; }

    /// <summary>A JSON object of strings.</summary>
    string Tags { get; }
}
