package skills

// renderings are how the words of texts become words of labels: by the stem of a
// text, how likely the label it is said for has each other stem. They are learned
// from what texts call labels, as a dictionary is from translations (IBM model 1).
type renderings map[int32]map[int32]float32

// learnRenderings reads the labels that are other ways to say one of ROME.
func learnRenderings(ix *index) renderings {
	const rounds, least = 5, 0.04
	type cell struct {
		said, meant int32
		p, count    float32
	}
	at := map[[2]int32]int32{}
	var cells []cell
	var pairs [][][]int32 // by pair, by word of the label: the cells of the words said
	for i := ix.own; i < len(ix.labels); i++ {
		l := &ix.labels[i]
		var pair [][]int32
		for _, t := range ix.labels[l.of].terms {
			var row []int32
			for _, s := range l.terms {
				key := [2]int32{s.stem, t.stem}
				id, ok := at[key]
				if !ok {
					id = int32(len(cells))
					at[key] = id
					cells = append(cells, cell{said: s.stem, meant: t.stem, p: 1})
				}
				row = append(row, id)
			}
			pair = append(pair, row)
		}
		pairs = append(pairs, pair)
	}
	const nothing = 0.5 // how much a word of a label may come from none that is said
	for range rounds {
		total := map[int32]float32{}
		for _, pair := range pairs {
			for _, row := range pair {
				sum := float32(nothing) / 10
				for _, id := range row {
					sum += cells[id].p
				}
				for _, id := range row {
					cells[id].count += cells[id].p / sum
				}
			}
		}
		for i := range cells {
			total[cells[i].said] += cells[i].count
		}
		for i := range cells {
			c := &cells[i]
			c.p, c.count = c.count/(total[c.said]+1), 0
		}
	}
	out := renderings{}
	for _, c := range cells {
		if c.p >= least && c.said != c.meant {
			if out[c.said] == nil {
				out[c.said] = map[int32]float32{}
			}
			out[c.said][c.meant] = c.p
		}
	}
	return out
}
