namespace Hyperplane.Dataplane.Flows;

/// <summary>Where the keys of a <see cref="RowIndex{TKeys}"/> stand.</summary>
public interface IRowKeys
{
    /// <summary>The key of a row.</summary>
    FlowKey KeyOf(int row);

    /// <summary>Whether a row has this key.</summary>
    bool Is(int row, in FlowKey key);

    /// <summary>Asks for the memory that <see cref="KeyOf"/> reads.</summary>
    void Expect(int row);
}
